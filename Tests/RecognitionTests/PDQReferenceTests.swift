// PDQ beside the reference library itself, where Python has it.

import Foundation
import Imaging
import Recognition
import SelvageTypes
import Testing

/// The Python package `pdqhash`, which wraps the reference library.
enum Reference {
    static let isAvailable = (try? run("import pdqhash, numpy", [])) != nil

    /// Runs a script and gives back its lines.
    static func run(_ script: String, _ arguments: [String]) throws -> [String] {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script] + arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let text = String(
            decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw CancellationError() }
        return text.split(separator: "\n").map(String.init)
    }

    /// Prints quality and eight hashes for each file `NAME-WIDTHxHEIGHT.rgb`.
    static let script = """
        import sys, os, re, numpy, pdqhash
        for name in sorted(os.listdir(sys.argv[1])):
            width, height = map(int, re.search(r"-(\\d+)x(\\d+)\\.rgb", name).groups())
            rows = numpy.fromfile(os.path.join(sys.argv[1], name), dtype=numpy.uint8)
            picture = rows.reshape(height, width, 3)
            own, quality = pdqhash.compute(picture)
            eight, _ = pdqhash.compute_dihedral(picture)
            print(name, quality, *[numpy.packbits(bits.astype(numpy.uint8)).tobytes().hex()
                for bits in [own] + eight])
        """

    /// The reference's order of the eight.
    static let order: [Match.Symmetry] = [
        .asIs, .turn90, .turn180, .turn270, .flipped, .mirrored, .transposed, .antiTransposed,
    ]
}

@Suite("PDQ, beside the reference")
struct PDQReferenceTests {
    private static let shared = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../shared/patterns").standardizedFileURL

    /// Drawn pictures, and the patterns and photographs beside the project when they are there.
    private func pictures() throws -> [(String, Picture)] {
        var result = (0..<110).map { seed in
            (
                "drawn\(seed)",
                patchwork(
                    width: 30 + seed * 53 % 420, height: 30 + seed * 31 % 380,
                    cell: 4 + seed % 40, seed: seed + 1000)
            )
        }
        let files = FileManager.default.enumerator(at: Self.shared, includingPropertiesForKeys: nil)
        let sorted = (files?.allObjects as? [URL] ?? []).sorted { $0.path < $1.path }
        for file in sorted where ["png", "jpg"].contains(file.pathExtension) {
            let name = file.deletingPathExtension().lastPathComponent
            result.append((name, try decodePicture([UInt8](try Data(contentsOf: file)))))
        }
        return result
    }

    @Test(
        "Over two hundred pictures have the reference's hashes and quality in all symmetries",
        .enabled(if: Reference.isAvailable, "needs python3 with pdqhash and numpy"))
    func sameHashes() throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "selvage-pdq-\(ProcessInfo.processInfo.processIdentifier)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var byName: [String: Picture] = [:]
        for (name, picture) in try pictures() {
            let file = "\(name)-\(picture.width)x\(picture.height).rgb"
            try Data(picture.pixels).write(to: folder.appending(path: file))
            byName[file] = picture
        }
        let lines = try Reference.run(Reference.script, [folder.path])
        #expect(lines.count == byName.count && lines.count >= 110)
        let distances = try lines.map { line in try largestDistance(line, byName) }.sorted()
        #expect(distances[distances.count / 2] == 0 && distances.last == 0)
        print("PDQ: \(lines.count) pictures compared, largest distance \(distances.last ?? -1)")
    }

    private func largestDistance(_ line: String, _ pictures: [String: Picture]) throws -> Int {
        let words = line.split(separator: " ").map(String.init)
        let picture = try #require(pictures[words[0]])
        let own = PDQ.signature(of: picture)
        let eight = PDQ.dihedral(of: picture)
        #expect(own.quality == Int(words[1]), "\(words[0])")
        let hashes = try words.dropFirst(2).map { try #require(PerceptualHash(hex: $0)) }
        // At exactly 64 x 64 the reference filters for the eight but not for the one.
        let pairs = zip(Reference.order, hashes.dropFirst())
        let turned = pairs.map { eight[$0].distance(to: $1) }
        return max(own.hash.distance(to: hashes[0]), turned.max() ?? 0)
    }
}
