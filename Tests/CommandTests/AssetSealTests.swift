// Sealing as a user does it: one command, then a cropped copy is traced to asset and licence.

import Foundation
import Imaging
import SelvageTypes
import Testing

@Suite("Sealing from the command line")
struct AssetSealTests {
    private let folder = Temporary()
    private static let licensor = "https://parties.example/studio-marlow"

    private func run(_ words: [String], status: Int32 = 0) throws -> Command {
        let run = try Command.run(words, in: folder.path)
        #expect(run.status == status, "\(words): \(run.output) \(run.errors)")
        return run
    }

    private func write(_ bytes: [UInt8], to name: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: "\(folder.path)/\(name)"))
    }

    private func sealFern(_ more: [String] = [], status: Int32 = 0) throws -> Command {
        try run(
            [
                "asset", "seal", "fern.png", "--catalogue", "catalogue", "--licensor",
                Self.licensor, "--creator", "A. Marlow", "--copyright", "© 2026 Studio Marlow",
                "--licence", "https://licences.example/agreements/001", "--background", "0",
            ] + more, status: status)
    }

    @Test("An asset is sealed once, and a cropped JPEG of it verified by mark and repeat")
    func sealed() throws {
        try write(try PictureEncoder.png(DrawnCloth.cloth(side: 512)), to: "fern.png")
        let first = try sealFern()
        #expect(first.output.contains("patterns/fern: sealed"))
        #expect(first.output.contains("Survives JPEG 50"))
        #expect(first.output.contains("valid, unknown signer"))
        #expect(try sealFern().output.contains("already sealed"))
        let sealed = try decodePicture(
            Array(try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/fern.sealed.png"))))
        try write(try PictureEncoder.jpeg(sealed.cutMiddle, quality: 60), to: "copy.jpg")
        let answer = try run(
            ["asset", "verify", "copy.jpg", "--catalogue", "catalogue", "--json"]).json
        let conclusion = answer?["conclusions"]?[0]
        #expect(conclusion?["asset"]?.string == "\(Self.licensor)/patterns/fern")
        #expect(conclusion?["licence"]?.string == "https://licences.example/agreements/001")
        let grounds = conclusion?["grounds"]?.elements.compactMap(\.string) ?? []
        #expect(grounds.contains("watermark") && grounds.contains("repeat"))
        let words = try run(["asset", "verify", "copy.jpg", "--catalogue", "catalogue"]).output
        #expect(words.contains("they were taken out on the way"))
        let detected = try run(["watermark", "detect", "copy.jpg", "--licensor", Self.licensor])
        #expect(detected.output.contains("payload 00000001"))
        let audit = try run(["asset", "audit", "catalogue"]).output
        #expect(audit.contains("The share of human work is not stated."))
        #expect(
            try run(["asset", "audit", "catalogue", "--require", "rights"]).output
                .contains("1 of 1 manifests are complete"))
        let keys = try run(["keys", "list"]).output
        #expect(keys.contains("watermark-1") && keys.contains("manifest-1"))
        let trusted = try run(["keys", "certificate", "--licensor", Self.licensor]).output
        _ = folder.write(trusted, to: "marlow.pem")
        let whole = try run(
            [
                "asset", "verify", "fern.sealed.png", "--catalogue", "catalogue", "--trust",
                "marlow.pem", "--json",
            ]).json
        #expect(whole?["credentials"]?["state"]?.string == "trusted")
    }

    @Test("What cannot be sealed is said in one line, and nothing is left behind")
    func refused() throws {
        _ = folder.write("no picture", to: "fern.png")
        let broken = try sealFern(status: 1)
        #expect(!broken.errors.isEmpty && !broken.errors.contains("Error"))
        #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/catalogue"))
        _ = folder.write("title: [1\nwho: me\n", to: "seal.yml")
        #expect(
            try sealFern(["--definition", "seal.yml"], status: 1).errors.contains("seal.yml:"))
        #expect(
            try run(["asset", "seal", "fern.png", "--catalogue", "none"], status: 2).errors
                .contains("--licensor"))
    }

    @Test("A key is rotated on purpose only, and none is ever printed")
    func rotated() throws {
        let ring = ["--purpose", "watermark", "--licensor", Self.licensor]
        _ = try run(["keys", "rotate"] + ring, status: 1)
        #expect(try run(["keys", "new"] + ring).output.contains("watermark-1 is used"))
        _ = try run(["keys", "new"] + ring, status: 1)
        #expect(try run(["keys", "rotate"] + ring).output.contains("1 former kept"))
        let listed = try run(["keys", "list", "--json"]).json?["licensorKeys"]?.elements ?? []
        #expect(listed.compactMap { $0["name"]?.string } == ["watermark-2", "watermark-1"])
        #expect(listed.allSatisfy { Set($0.members?.keys.map { $0 } ?? []).count == 5 })
    }
}

/// A cloth drawn for these tests.
private enum DrawnCloth {
    static func cloth(side: Int) -> Picture {
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15
        func next() -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state >> 40)
        }
        var light = (0..<side * side).map { _ in 120 + next() % 12 }
        for _ in 0..<90 {
            let (x, y, size, tone) = (next() % side, next() % side, 6 + next() % 22, next() % 90)
            for dy in -size...size {
                for dx in -size...size where dx * dx + 2 * dy * dy + dx * dy < size * size {
                    light[((y + dy + side) % side) * side + (x + dx + side) % side] = 80 + tone
                }
            }
        }
        return Picture(
            width: side, height: side,
            pixels: light.flatMap { [UInt8($0), UInt8($0 * 3 / 4 + 20), UInt8(200 - $0 / 2)] })
    }
}

extension Picture {
    /// A third of the area, off the middle.
    fileprivate var cutMiddle: Picture {
        var cut: [UInt8] = []
        for row in height / 5..<height / 5 + height * 3 / 5 {
            let start = (row * width + width / 6) * 3
            cut += pixels[start..<start + width * 3 / 5 * 3]
        }
        return Picture(width: width * 3 / 5, height: height * 3 / 5, pixels: cut)
    }
}
