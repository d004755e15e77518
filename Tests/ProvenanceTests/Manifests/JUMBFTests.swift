// What JUMBF promises: boxes come back as they were written, and damaged ones are refused.

import Provenance
import SelvageTypes
import Testing

@Suite("JUMBF")
struct JUMBFTests {
    private static let plain: [UInt8] =
        Array("cbor".utf8) + [
            0, 0x11, 0, 0x10, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71,
        ]

    private static var tree: JUMBFBox {
        var inner = JUMBFBox(type: plain, label: "inner", contents: [.box("cbor", [1, 2, 3])])
        inner.salt = [UInt8](repeating: 9, count: 16)
        return JUMBFBox(
            type: plain, label: "outer", contents: [.superbox(inner), .box("json", [0x7b, 0x7d])])
    }

    @Test("A box is read as it was written, salt and hashed bytes included")
    func roundTrip() throws {
        let bytes = Self.tree.encoded
        let read = try JUMBFBox(reading: bytes)
        #expect(read.encoded == bytes)
        #expect(Array(read.payload) == Array(bytes.dropFirst(8)))
        let inner = try #require(read.child("inner"))
        #expect(inner.salt.count == 16)
        #expect(inner.onlyBox("cbor") == [1, 2, 3])
        #expect(Array(inner.payload) == Self.tree.child("inner")?.encodedPayload)
    }

    @Test("A box cut off at any byte is refused")
    func truncated() {
        let bytes = Self.tree.encoded
        for count in 0..<bytes.count {
            #expect(throws: JUMBFError.self, "\(count) bytes") {
                try JUMBFBox(reading: Array(bytes.prefix(count)))
            }
        }
        #expect(throws: JUMBFError.self) { try JUMBFBox(reading: bytes + [0]) }
    }

    @Test("Boxes beyond the limits are refused")
    func limits() {
        var box = Self.tree
        for _ in 0..<10 {
            box = JUMBFBox(type: Self.plain, label: "deeper", contents: [.superbox(box)])
        }
        #expect(throws: JUMBFError.self) { try JUMBFBox(reading: box.encoded) }
        let many = JUMBFBox(
            type: Self.plain, label: "many",
            contents: [JUMBFBox.Content](repeating: .box("free", []), count: 20_001))
        #expect(throws: JUMBFError.self) { try JUMBFBox(reading: many.encoded) }
        var small = JUMBFBox.Limits()
        small.bytes = 20
        #expect(throws: JUMBFError.self) { try JUMBFBox(reading: Self.tree.encoded, limits: small) }
    }

    @Test("Damaged boxes are refused or read as other boxes, never worse", arguments: 1...40)
    func mutations(seed: UInt64) throws {
        var random = SeededNumbers(seed: seed)
        var refused = 0
        for _ in 0..<100 {
            var bytes = Self.tree.encoded
            bytes.damage(&random)
            guard let read = try? JUMBFBox(reading: bytes) else {
                refused += 1
                continue
            }
            #expect(read.encoded == bytes, "seed \(seed)")
        }
        #expect(refused > 0)
    }
}
