// Which peers may be reached: every special range, every form of allowance.

import SelvageTypes
import Testing

@testable import Fetching

@Suite("The network policy")
struct PolicyTests {
    private func objection(
        _ peer: String, _ port: Int = 80, origin: String = "http://shop.example",
        _ policy: NetworkPolicy = NetworkPolicy()
    ) throws -> String? {
        policy.objection(to: try #require(InternetAddress(peer)), port: port, for: origin)
    }

    @Test(
        "Public addresses are reached",
        arguments: [
            "93.184.216.34", "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255",
            "100.128.0.0", "126.255.255.255", "128.0.0.0", "169.253.255.255", "172.15.255.255",
            "172.32.0.0", "192.0.1.0", "192.167.255.255", "192.169.0.0", "198.17.255.255",
            "198.20.0.0", "223.255.255.255", "2606:2800:220:1::34", "2a00:1450:4001::1",
            "2001:200::1", "2003::1",
        ])
    func publicPeers(peer: String) throws {
        #expect(try objection(peer) == nil)
        #expect(try objection(peer, 443, origin: "https://shop.example") == nil)
    }

    @Test(
        "No special-purpose address is reached",
        arguments: [
            "0.0.0.0", "0.255.255.255", "10.0.0.5", "10.255.255.255", "100.64.0.1",
            "100.127.255.255", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.5",
            "172.31.255.255", "192.0.0.1", "192.0.0.170", "192.0.2.1", "192.88.99.1",
            "192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.9", "203.0.113.9",
            "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
            "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:93.184.216.34",
            "::ffff:0:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::a00:5", "100::1", "2001::1",
            "2001:0:4136:e378::1", "2001:db8::1", "2002:7f00:1::1", "3fff::1", "4000::1",
            "5f00::1", "fc00::1", "fd00::5", "fe80::1", "fec0::1", "ff02::1",
        ])
    func specialPeers(peer: String) throws {
        #expect(try objection(peer) != nil)
    }

    @Test("The registry's table is read whole")
    func tableIsRead() {
        #expect(SpecialRange.all.count == SpecialRange.table.count)
    }

    @Test("Ports other than 80 and 443 are refused", arguments: [1, 21, 22, 25, 81, 6379, 8080])
    func ports(port: Int) throws {
        #expect(try objection("93.184.216.34", port) != nil)
        let address = try #require(WebAddress("http://shop.example:\(port)/"))
        #expect(NetworkPolicy().objection(to: address) != nil)
    }

    @Test("A seed's own port is open for its origin and no other; it opens no private range")
    func seedPort() throws {
        let policy = NetworkPolicy(seedOrigins: ["http://shop.example:8080"])
        #expect(
            try objection("93.184.216.34", 8080, origin: "http://shop.example:8080", policy) == nil)
        #expect(
            try objection("93.184.216.34", 8080, origin: "http://other.example:8080", policy) != nil
        )
        #expect(
            try objection("93.184.216.34", 8080, origin: "https://shop.example:8080", policy) != nil
        )
        #expect(try objection("10.0.0.5", 8080, origin: "http://shop.example:8080", policy) != nil)
    }

    @Test(
        "An allowance opens its range, and only its port when it names one",
        arguments: [
            ("127.0.0.0/8", "127.9.9.9", 6379, true), ("127.0.0.0/8", "128.0.0.1", 6379, false),
            ("10.1.0.0/16:8080", "10.1.2.3", 8080, true),
            ("10.1.0.0/16:8080", "10.1.2.3", 80, false),
            ("10.1.0.0/16:8080", "10.2.2.3", 8080, false),
            ("192.168.1.7", "192.168.1.7", 81, true), ("192.168.1.7", "192.168.1.8", 80, false),
            ("192.168.1.7:81", "192.168.1.7", 81, true),
            ("[fd00::]/8", "fd12::1", 80, true), ("fd00::/8", "fd12::1", 80, true),
            ("[fd00::]/8:8080", "fd12::1", 8080, true), ("[fd00::]/8:8080", "fd12::1", 80, false),
            ("[::1]:8080", "::1", 8080, true), ("::1", "::1", 9, true),
            ("127.0.0.0/8", "::ffff:127.0.0.1", 80, false),
            ("172.16.0.0/12", "172.31.255.255", 80, true), ("0.0.0.0/0", "10.0.0.5", 22, true),
        ])
    func allowances(text: String, peer: String, port: Int, isOpen: Bool) throws {
        let policy = NetworkPolicy(allowing: [try #require(NetworkPolicy.Allowance(text))])
        #expect(try (objection(peer, port, policy) == nil) == isOpen)
    }

    @Test(
        "What is no range is no allowance",
        arguments: [
            "", "localhost", "127.0.0.0/33", "127.0.0.1/8", "127.0.0.0/-1", "127.0.0.0/8:0",
            "127.0.0.0/8:65536", "127.0.0.0/8:http", "127.0.0.0/8:", "127.1/8", "[127.0.0.0]/8",
            "[fd00::/8", "fd00::]/8", "[fd00::]/129", "10.0.0.0/8/8", "10.0.0.0/+8", "*", "/8",
        ])
    func noAllowance(text: String) {
        #expect(NetworkPolicy.Allowance(text) == nil)
    }

    @Test("A literal address is judged before anything is sent")
    func literals() throws {
        let policy = NetworkPolicy()
        for text in ["http://127.0.0.1/", "http://[::1]/", "http://169.254.169.254/latest"] {
            #expect(policy.objection(to: try #require(WebAddress(text))) != nil)
        }
        #expect(policy.objection(to: try #require(WebAddress("https://[2606:2800::1]/"))) == nil)
    }

    @Test("An allowance for any port lets a name with an odd port be resolved first")
    func allowedName() throws {
        let address = try #require(WebAddress("http://intranet.example:8080/"))
        let range = try #require(NetworkPolicy.Allowance("10.0.0.0/8"))
        #expect(NetworkPolicy(allowing: [range]).objection(to: address) == nil)
        let policy = NetworkPolicy(allowing: [range])
        #expect(try objection("93.184.216.34", 8080, origin: address.origin, policy) != nil)
    }

    @Test("A hundred thousand addresses of private ranges: none is reached")
    func manyPrivatePeers() throws {
        var state: UInt64 = 7
        for _ in 0..<100_000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let tail = [UInt8(state >> 40 & 255), UInt8(state >> 48 & 255), UInt8(state >> 56)]
            let head = [0, 10, 127, 224 + UInt8(state >> 32 & 31)][Int(state >> 37 & 3)]
            let text = ([head] + tail).map { "\($0)" }.joined(separator: ".")
            #expect(try objection(text) != nil, "\(text)")
        }
    }
}
