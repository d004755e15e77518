// What CBOR promises: the RFC's examples, one form for one value, and no harm from any bytes.

import Foundation
import SelvageTypes
import Testing

@testable import Provenance

@Suite("CBOR")
struct CBORTests {
    /// Examples that are in the one form we write.
    static let examples: [(String, CBORValue)] = [
        ("00", .unsigned(0)), ("17", .unsigned(23)), ("1818", .unsigned(24)),
        ("1903e8", .unsigned(1000)), ("1a000f4240", .unsigned(1_000_000)),
        ("1b000000e8d4a51000", .unsigned(1_000_000_000_000)),
        ("1bffffffffffffffff", .unsigned(.max)), ("3bffffffffffffffff", .negative(.max)),
        ("20", CBORValue(-1)), ("3903e7", CBORValue(-1000)),
        ("f90000", .float(0)), ("f98000", .float(-0.0)), ("f93c00", .float(1)),
        ("fb3ff199999999999a", .float(1.1)), ("f97bff", .float(65504)),
        ("fa47c35000", .float(100_000)), ("fa7f7fffff", .float(3.4028234663852886e+38)),
        ("fb7e37e43c8800759c", .float(1.0e+300)), ("f90001", .float(5.960464477539063e-8)),
        ("f90400", .float(0.00006103515625)), ("f9c400", .float(-4)),
        ("f97c00", .float(.infinity)), ("f9fc00", .float(-.infinity)),
        ("f4", .bool(false)), ("f5", .bool(true)), ("f6", .null), ("f7", .undefined),
        ("f0", .simple(16)), ("f8ff", .simple(255)),
        (
            "c074323031332d30332d32315432303a30343a30305a",
            .tagged(0, .text("2013-03-21T20:04:00Z"))
        ),
        ("40", .bytes([])), ("4401020304", .bytes([1, 2, 3, 4])), ("60", .text("")),
        ("6449455446", .text("IETF")), ("62c3bc", .text("\u{fc}")),
        ("80", .array([])), ("83010203", .array([CBORValue(1), CBORValue(2), CBORValue(3)])),
        ("a0", .map([])),
        (
            "a26161016162820203",
            CBORValue(members: [("a", CBORValue(1)), ("b", .array([CBORValue(2), CBORValue(3)]))])
        ),
    ]

    @Test("The RFC's examples are read and written (RFC 8949, appendix A)")
    func examplesOfTheRFC() throws {
        for (hex, value) in Self.examples {
            let bytes = try #require([UInt8](hex: hex))
            #expect(try CBORValue(decoding: bytes) == value, "\(hex)")
            #expect(value.deterministicallyEncoded.hex == hex)
            #expect(value.encoded.hex == hex)
        }
        let nan = try CBORValue(decoding: [0xf9, 0x7e, 0x00])
        guard case .float(let number) = nan else { throw CBORTestsError.wrongKind }
        #expect(number.isNaN && nan.encoded == [0xf9, 0x7e, 0x00])
    }

    private enum CBORTestsError: Error { case wrongKind }

    @Test("Lengths that come at the end are read as well (RFC 8949, 3.2)")
    func indefiniteLengths() throws {
        let examples: [(String, CBORValue)] = [
            ("5f42010243030405ff", .bytes([1, 2, 3, 4, 5])),
            ("7f657374726561646d696e67ff", .text("streaming")), ("9fff", .array([])),
            (
                "9f018202039f0405ffff",
                .array([
                    CBORValue(1), .array([CBORValue(2), CBORValue(3)]),
                    .array([CBORValue(4), CBORValue(5)]),
                ])
            ),
            (
                "bf61610161629f0203ffff",
                CBORValue(members: [
                    ("a", CBORValue(1)), ("b", .array([CBORValue(2), CBORValue(3)])),
                ])
            ),
        ]
        for (hex, value) in examples {
            #expect(try CBORValue(decoding: try #require([UInt8](hex: hex))) == value, "\(hex)")
        }
    }

    @Test("What is not CBOR is refused, and says where")
    func refusals() throws {
        let cases: [(String, CBORError.Reason)] = [
            ("", .truncated), ("18", .truncated), ("1c", .malformed), ("ff", .malformed),
            ("4401", .truncated), ("5bffffffffffffffff", .truncated), ("62c328", .notText),
            ("9bffffffffffffffff", .truncated), ("a201010102", .repeatedKey),
            ("0000", .bytesLeftOver), ("5f6161ff", .malformed), ("f818", .malformed),
            ("df00", .malformed), ("bf01ff", .malformed), ("1f", .malformed),
            (String(repeating: "81", count: 40) + "00", .tooDeep(limit: 32)),
        ]
        for (hex, reason) in cases {
            let bytes = try #require([UInt8](hex: hex))
            #expect(throws: CBORError.self, "\(hex)") { try CBORValue(decoding: bytes) }
            do {
                _ = try CBORValue(decoding: bytes)
            } catch {
                #expect(error.reason == reason, "\(hex)")
            }
        }
        var limits = CBORValue.Limits()
        limits.items = 3
        #expect(throws: CBORError(reason: .tooManyItems(limit: 3), offset: 3)) {
            try CBORValue(decoding: [0x83, 1, 2, 3], limits: limits)
        }
    }

    @Test(
        "Any value is read back as it was written, whatever the order of its entries",
        arguments: 1...60)
    func roundTrip(seed: UInt64) throws {
        var random = SeededNumbers(seed: seed)
        for _ in 0..<20 {
            let value = CBORValue.random(depth: 4, &random)
            let bytes = value.deterministicallyEncoded
            let read = try CBORValue(decoding: bytes)
            #expect(read.deterministicallyEncoded == bytes, "seed \(seed)")
            #expect(read.encoded == bytes, "seed \(seed)")
            #expect(try CBORValue(decoding: value.encoded) == value, "seed \(seed)")
            #expect(value.shuffled(&random).deterministicallyEncoded == bytes, "seed \(seed)")
        }
    }

    @Test("Damaged bytes are refused or read as another value, never worse", arguments: 1...60)
    func mutations(seed: UInt64) throws {
        var random = SeededNumbers(seed: seed &+ 1000)
        var refused = 0
        for _ in 0..<200 {
            var bytes = CBORValue.random(depth: 4, &random).encoded
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes.damage(&random)
            }
            guard let read = try? CBORValue(decoding: bytes) else {
                refused += 1
                continue
            }
            #expect(try CBORValue(decoding: read.encoded).encoded == read.encoded, "seed \(seed)")
        }
        #expect(refused > 0, "seed \(seed)")
    }
}

extension CBORValue {
    /// A value of any kind, without NaN, which equals nothing.
    static func random(depth: Int, _ random: inout some RandomNumberGenerator) -> CBORValue {
        switch Int.random(in: 0...(depth > 0 ? 10 : 7), using: &random) {
        case 0: return .unsigned(random.next() >> UInt64.random(in: 0...63, using: &random))
        case 1: return .negative(random.next() >> UInt64.random(in: 0...63, using: &random))
        case 2: return .bytes((0..<Int.random(in: 0...40, using: &random)).map { UInt8($0) })
        case 3: return .text(String(repeating: "é", count: Int.random(in: 0...30, using: &random)))
        case 4: return .bool(.random(using: &random))
        case 5: return .null
        case 6:
            let number = Double(bitPattern: random.next())
            return .float(number.isNaN ? 0.5 : number)
        case 7: return .simple(UInt8.random(in: 32...255, using: &random))
        case 8: return .tagged(random.next() >> 40, .random(depth: depth - 1, &random))
        case 9:
            return .array(
                (0..<Int.random(in: 0...5, using: &random)).map { _ in
                    .random(depth: depth - 1, &random)
                })
        default:
            return .map(
                (0..<Int.random(in: 0...5, using: &random)).map { index in
                    Entry(.text("\(index) key"), .random(depth: depth - 1, &random))
                })
        }
    }

    /// The same value with the entries of its maps in another order.
    func shuffled(_ random: inout some RandomNumberGenerator) -> CBORValue {
        switch self {
        case .array(let elements): return .array(elements.map { $0.shuffled(&random) })
        case .tagged(let tag, let value): return .tagged(tag, value.shuffled(&random))
        case .map(let entries):
            let mixed = entries.map { Entry($0.key, $0.value.shuffled(&random)) }
            return .map(mixed.shuffled(using: &random))
        default: return self
        }
    }
}

extension [UInt8] {
    /// Changes, removes, repeats or cuts off some bytes.
    mutating func damage(_ random: inout some RandomNumberGenerator) {
        guard !isEmpty else { return }
        let place = Int.random(in: 0..<count, using: &random)
        switch Int.random(in: 0...5, using: &random) {
        case 0...2: self[place] ^= UInt8.random(in: 1...255, using: &random)
        case 3: remove(at: place)
        case 4: insert(self[Int.random(in: 0..<count, using: &random)], at: place)
        default: removeLast(Int.random(in: 0...Swift.min(count, 40), using: &random))
        }
    }
}
