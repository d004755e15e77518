// Addresses made up to look like something else: none leads to an internal peer.

import SelvageTypes
import Testing

@testable import Fetching

/// Addresses in the spellings that have fooled filters before, made from a seed.
private struct AddressMill {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func number(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % bound
    }

    mutating func pick<T>(_ values: [T]) -> T { values[number(values.count)] }

    /// An IPv4 address of a forbidden range.
    private mutating func forbidden() -> [Int] {
        var bytes = (0..<4).map { _ in number(256) }
        let heads = [
            [127], [10], [169, 254], [192, 168], [172, 16 + number(16)], [100, 64 + number(64)],
            [0], [198, 18], [224], [255],
        ]
        let head = pick(heads)
        bytes.replaceSubrange(0..<head.count, with: head)
        return bytes
    }

    private mutating func spelled(_ number: Int) -> String {
        switch self.number(4) {
        case 0: "0x" + String(number, radix: 16)
        case 1: "0" + String(number, radix: 8)
        case 2: "0X0" + String(number, radix: 16, uppercase: true)
        default: String(number)
        }
    }

    private mutating func host() -> String {
        let bytes = forbidden()
        let whole = bytes.reduce(0) { $0 << 8 | $1 }
        let dotted = bytes.map(String.init).joined(separator: ".")
        let words = String(whole >> 16, radix: 16) + ":" + String(whole & 0xFFFF, radix: 16)
        switch number(12) {
        case 0: return spelled(whole)
        case 1: return bytes.map { spelled($0) }.joined(separator: ".")
        case 2: return "\(spelled(bytes[0])).\(spelled(whole & 0xFFFFFF))"
        case 3: return "[::ffff:\(dotted)]"
        case 4: return "[::ffff:\(words)]"
        case 5: return "[64:ff9b::\(words)]"
        case 6: return "[2002:\(words)::1]"
        case 7: return "[::\(dotted)]"
        case 8: return pick(["[::1]", "[::]", "[fe80::1]", "[fd00::5]", "[0:0:0:0:0:0:0:1]"])
        case 9:
            return dotted.replacing(".", with: pick(["%2e", "\u{3002}", "\u{FF0E}", "\u{FF61}"]))
        case 10: return wide(dotted) + pick(["", "."])
        default: return dotted + pick(["", ".", "%00", "%2e", "\t", "\u{AD}"])
        }
    }

    /// Digits in the full-width forms that names are folded from.
    private func wide(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { scalar in
                    ("0"..."9").contains(scalar)
                        ? Unicode.Scalar(scalar.value + 0xFEE0) ?? scalar : scalar
                }))
    }

    mutating func address() -> String {
        let scheme = pick([
            "http://", "https://", "HTTP:\\\\", "http:/", "http:", "\thttp://", "//",
        ])
        let user = pick(["", "", "", "shop.example@", "shop.example:80@", "a%40b@", "@"])
        let port = pick(["", ":80", ":0080", ":443", ":6379", ":", ":8080"])
        let path = pick(["/", "", "/@93.184.216.34/", "#@93.184.216.34", "?@shop.example", "\\x"])
        return scheme + user + host() + port + path
    }
}

@Suite("Made-up addresses")
struct FuzzedAddressTests {
    /// What `inet_aton` and careless resolvers make of a name.
    private static let careless = NameResolver { name in
        let labels = name.split(separator: ".")
        guard (1...4).contains(labels.count) else { return [] }
        return ["127.0.0.1", "10.0.0.5", "::1"].compactMap { InternetAddress($0) }
    }

    @Test("None of 100,000 leads to a peer that is not public", arguments: 1...10)
    func forbidden(seed: UInt64) async throws {
        let directory = PeerDirectory(NetworkPolicy(), resolver: Self.careless)
        let base = try #require(WebAddress("https://shop.example/"))
        var mill = AddressMill(seed: seed)
        var parsed = 0
        for _ in 0..<10_000 {
            let text = mill.address()
            guard let address = WebAddress(text, relativeTo: base) else { continue }
            parsed += 1
            if address.host == "shop.example" { continue }  // It was read as a path.
            do throws(Fault) {
                let peers = try await directory.peers(of: address, within: 60_000)
                Issue.record("seed \(seed): \(text) leads to \(peers.addresses)")
            } catch {
                continue
            }
        }
        #expect(parsed > 5000)
    }
}
