// A licensor's keys: encrypted, rotated without losing a former one, never shown.

import Foundation
import SelvageTypes
import Testing

@testable import Persistence

@Suite struct KeyRingTests {
    private let folder = TemporaryFolder()
    private let licensor = "https://parties.example/studio-marlow"
    private let moment = Instant(seconds: 1_700_000_000)

    private func open() throws -> KeyFolder { try KeyFolder(folder.path, environment: [:]) }

    @Test("Rotation puts the new key first and keeps every former one")
    func rotation() throws {
        let keys = try open()
        #expect(try keys.ring(.watermark, of: licensor) == nil)
        for number in 1...3 {
            let ring = try keys.add(
                [UInt8](repeating: UInt8(number), count: 32), to: .watermark, of: licensor,
                at: moment)
            #expect(ring.current.name == "watermark-\(number)")
        }
        let ring = try #require(try open().ring(.watermark, of: licensor))
        #expect(ring.keys.map(\.name) == ["watermark-3", "watermark-2", "watermark-1"])
        #expect(ring.keys.last?.secret == [UInt8](repeating: 1, count: 32))
        #expect(try open().ring(.manifest, of: licensor) == nil)
        #expect(try open().ring(.watermark, of: "https://parties.example/other") == nil)
    }

    @Test("All rings are listed by licensor; secrets of other kinds are not among them")
    func listing() throws {
        let keys = try open()
        _ = try keys.secret(named: "watermark-x", creating: true)
        try keys.add([1, 2, 3], to: .manifest, of: licensor, at: moment)
        try keys.add([UInt8](repeating: 9, count: 32), to: .watermark, of: "b", at: moment)
        try keys.add([UInt8](repeating: 8, count: 32), to: .watermark, of: "a", at: moment)
        let rings = try open().rings()
        #expect(rings.map(\.licensor) == ["a", "b", licensor])
        #expect(rings.map(\.purpose) == [.watermark, .watermark, .manifest])
        #expect(keys.names().secrets == ["watermark-x"])
    }

    @Test("Neither the files nor any description show the secret, and only the owner may read")
    func hidden() throws {
        let keys = try open()
        let secret = Array("a secret of thirty-two bytes ....".utf8.prefix(32))
        let ring = try keys.add(secret, to: .watermark, of: licensor, at: moment)
        let shown = "\(ring) \(ring.current) \(String(reflecting: ring.current))"
        var dumped = ""
        dump(ring, to: &dumped)
        for text in [shown, dumped] {
            #expect(!text.contains("97, 32, 115"))
            #expect(!text.contains("a secret"))
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        let file = try #require(names.first { $0.hasPrefix("watermark-") })
        let bytes = try #require(FileManager.default.contents(atPath: "\(folder.path)/\(file)"))
        #expect(bytes.firstRange(of: Data(secret)) == nil)
        #expect(bytes.firstRange(of: Data(secret).base64EncodedData()) == nil)
        let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder.path)/\(file)")
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    @Test("A ring that was put in another licensor's place does not open")
    func swapped() throws {
        let keys = try open()
        try keys.add([UInt8](repeating: 1, count: 32), to: .watermark, of: "a", at: moment)
        try keys.add([UInt8](repeating: 2, count: 32), to: .watermark, of: "b", at: moment)
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasPrefix("watermark-") }.map { "\(folder.path)/\($0)" }
        try FileManager.default.removeItem(atPath: files[0])
        try FileManager.default.copyItem(atPath: files[1], toPath: files[0])
        #expect(throws: StoreError.self) {
            for licensor in ["a", "b"] { _ = try keys.ring(.watermark, of: licensor) }
        }
    }
}
