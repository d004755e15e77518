// Names and the peers they stand for: asked once, checked once, pinned.

import Glibc
import SelvageTypes
import Synchronization
import Testing

@testable import Fetching

private func peer(_ text: String) throws -> InternetAddress { try #require(InternetAddress(text)) }

/// A name server of the test's own, that counts how often it is asked.
private final class NameServer: Sendable {
    private let asked = Mutex([String: Int]())
    private let answers: @Sendable (String, Int) -> [String]

    /// - Parameter answers: What a name stands for when it is asked for the first, second… time.
    init(_ answers: @escaping @Sendable (String, Int) -> [String]) { self.answers = answers }

    func count(_ name: String) -> Int { asked.withLock { $0[name, default: 0] } }

    /// A resolver that asks this server; for it no time passes, so that no answer grows old while
    /// other tests keep this one waiting.
    var resolver: NameResolver {
        NameResolver(
            lookUp: { name in
                let count = self.asked.withLock { asked in
                    asked[name, default: 0] += 1
                    return asked[name, default: 0]
                }
                return self.answers(name, count).compactMap { InternetAddress($0) }
            }, present: { 0 })
    }
}

@Suite("Which names are asked for")
struct NameBookTests {
    private func isKnown(_ reply: NameBook<Int>.Reply) -> [InternetAddress]? {
        guard case .known(let addresses) = reply else { return nil }
        return addresses
    }

    @Test("A name is asked for once, however many wait, and kept for a minute")
    func once() throws {
        var book = NameBook<Int>()
        for id in 0..<3 {
            let known = isKnown(book.ask("shop.example", id: id, id, at: 0))
            #expect(known == nil)
        }
        let names = [book.next(), book.next()]
        #expect(names == ["shop.example", nil])
        let address = try peer("93.184.216.34")
        let told = book.answered("shop.example", [address], at: 100)
        #expect(told == [0, 1, 2])
        #expect(book.addresses(of: "shop.example", at: 60_099) == [address])
        #expect(book.addresses(of: "shop.example", at: 60_100) == nil)
    }

    @Test("That a name stands for nothing is kept for ten seconds")
    func lack() {
        var book = NameBook<Int>()
        _ = book.ask("gone.example", id: 1, 1, at: 0)
        _ = book.next()
        let told = book.answered("gone.example", [], at: 0)
        #expect(told == [1])
        let reply = isKnown(book.ask("gone.example", id: 2, 2, at: 9_999))
        #expect(reply == [])
        let later = isKnown(book.ask("gone.example", id: 3, 3, at: 10_000))
        #expect(later == nil)
    }

    @Test("A zone that never answers holds up two workers, not the other names")
    func zones() {
        var book = NameBook<Int>(workers: 4, perZone: 2)
        for id in 0..<50 { _ = book.ask("h\(id).silent.test", id: id, id, at: 0) }
        _ = book.ask("shop.example", id: 100, 100, at: 0)
        _ = book.ask("mill.example", id: 101, 101, at: 0)
        _ = book.ask("late.example", id: 102, 102, at: 0)
        var asked: [String] = []
        while let name = book.next() { asked.append(name) }
        #expect(asked == ["h0.silent.test", "h1.silent.test", "shop.example", "mill.example"])
        _ = book.answered("shop.example", [], at: 0)
        let next = book.next()
        #expect(next == "late.example")
    }

    @Test("Who gives up is forgotten; a name that nobody waits for is not asked for")
    func withdrawn() {
        var book = NameBook<Int>()
        _ = book.ask("shop.example", id: 1, 1, at: 0)
        _ = book.ask("shop.example", id: 2, 2, at: 0)
        let gone = [book.withdraw("shop.example", id: 1), book.withdraw("shop.example", id: 1)]
        #expect(gone == [1, nil])
        let last = book.withdraw("shop.example", id: 2)
        #expect(last == 2)
        let name = book.next()
        #expect(name == nil)
        // Asked for while the last one gives up: the answer is kept all the same.
        _ = book.ask("mill.example", id: 3, 3, at: 0)
        _ = book.next()
        _ = book.withdraw("mill.example", id: 3)
        let told = book.answered("mill.example", [], at: 0)
        #expect(told.isEmpty && book.busy == 0)
    }
}

@Suite("Names and their peers")
struct PeerDirectoryTests {
    private func reason(
        _ directory: PeerDirectory, _ address: String, within milliseconds: Int = 60_000
    ) async throws -> FetchError.Reason? {
        let address = try #require(WebAddress(address))
        do throws(Fault) {
            _ = try await directory.peers(of: address, within: milliseconds)
            return nil
        } catch {
            return error.reason
        }
    }

    @Test("A name whose second answer is this machine is asked once, and stays where it was")
    func rebinding() async throws {
        let server = NameServer { _, count in count == 1 ? ["93.184.216.34"] : ["127.0.0.1"] }
        let directory = PeerDirectory(NetworkPolicy(), resolver: server.resolver)
        let address = try #require(WebAddress("http://shop.example/"))
        for _ in 0..<5 {
            let peers = try await directory.peers(of: address, within: 60_000)
            #expect(peers.addresses == [try peer("93.184.216.34")])
            #expect(peers.pin == "shop.example:80:93.184.216.34")
        }
        #expect(server.count("shop.example") == 1)
    }

    @Test("Of mixed answers the permitted ones are connected to, and no other")
    func mixed() async throws {
        let server = NameServer { _, _ in
            ["127.0.0.1", "10.0.0.5", "93.184.216.34", "::1", "2606:2800:220:1::34"]
        }
        let directory = PeerDirectory(NetworkPolicy(), resolver: server.resolver)
        let address = try #require(WebAddress("https://shop.example/"))
        let peers = try await directory.peers(of: address, within: 60_000)
        #expect(
            peers.pin == "shop.example:443:93.184.216.34,[2606:2800:220:1::34]"
                && peers.place == "93.184.216.34")
    }

    @Test(
        "A name that stands for nothing but internal addresses is refused",
        arguments: [
            ["127.0.0.1"], ["10.0.0.5", "::1"], ["169.254.169.254"], ["::ffff:127.0.0.1"],
            ["64:ff9b::7f00:1"], ["fd00::5"], ["100.64.0.1"],
        ])
    func internalOnly(addresses: [String]) async throws {
        let directory = PeerDirectory(
            NetworkPolicy(), resolver: NameServer { _, _ in addresses }.resolver)
        #expect(try await reason(directory, "http://shop.example/") == .forbiddenAddress)
    }

    @Test("A name that stands for nothing is not resolved; an address is never asked for")
    func nothing() async throws {
        let server = NameServer { _, _ in [] }
        let directory = PeerDirectory(NetworkPolicy(), resolver: server.resolver)
        #expect(try await reason(directory, "http://gone.example/") == .nameNotResolved)
        for literal in ["93.184.216.34", "[2606:2800:220:1::34]"] {
            let address = try #require(WebAddress("http://\(literal)/"))
            #expect(try await directory.peers(of: address, within: 1).pin == nil)
            #expect(server.count(literal) == 0)
        }
    }

    @Test("A port that is closed costs no question to a name server")
    func closedPort() async throws {
        let server = NameServer { _, _ in ["93.184.216.34"] }
        let directory = PeerDirectory(NetworkPolicy(), resolver: server.resolver)
        #expect(try await reason(directory, "http://shop.example:6379/") == .forbiddenAddress)
        #expect(server.count("shop.example") == 0)
    }

    @Test("A name server that never answers ends at the deadline, or when the caller gives up")
    func silent() async throws {
        let stuck = Mutex(true)
        let resolver = NameResolver { _ in
            while stuck.withLock({ $0 }) { usleep(1000) }
            return []
        }
        defer { stuck.withLock { $0 = false } }
        let directory = PeerDirectory(NetworkPolicy(), resolver: resolver)
        #expect(
            try await reason(directory, "http://silent.example/", within: 30)
                == .timedOut(afterMilliseconds: 30))
        let task = Task { try await reason(directory, "http://silent.example/") }
        task.cancel()
        #expect(try await task.value == .cancelled)
    }

    @Test("libcurl connects to what was checked and asks no name server of its own")
    func pinned() async throws {
        let server = try ScriptedServer { _ in [.answer("fern")] }
        defer { server.stop() }
        let names = NameServer { _, _ in ["127.0.0.1"] }
        let loopback = try #require(NetworkPolicy.Allowance("127.0.0.0/8"))
        let fetcher = try CurlFetcher(
            settings: FetchSettings(
                userAgent: "SelvageTests/1", policy: NetworkPolicy(allowing: [loopback])),
            resolver: names.resolver)
        defer { fetcher.shutDown() }
        // No name server on earth knows this name.
        let address = try #require(WebAddress("http://shop.invalid:\(server.port)/a"))
        for _ in 0..<3 {
            let capture = try await fetcher.fetch(FetchRequest(address))
            #expect(capture.peer == "127.0.0.1:\(server.port)")
            #expect(server.requests.last?.field("host") == "shop.invalid:\(server.port)")
        }
        #expect(names.count("shop.invalid") == 1 && server.connections == 1)
    }

    @Test("Many hosts at one network address share what it is asked at a time")
    func perAddress() async throws {
        let atOnce = Mutex((now: 0, most: 0))
        let server = try ScriptedServer { _ in
            atOnce.withLock { count in
                count.now += 1
                count.most = max(count.most, count.now)
            }
            usleep(2000)
            atOnce.withLock { $0.now -= 1 }
            return [.answer("fern")]
        }
        defer { server.stop() }
        let names = NameServer { _, _ in ["127.0.0.1"] }
        let loopback = try #require(NetworkPolicy.Allowance("127.0.0.0/8"))
        var settings = FetchSettings(
            userAgent: "SelvageTests/1", policy: NetworkPolicy(allowing: [loopback]))
        settings.requestsPerAddress = 3
        let fetcher = try CurlFetcher(settings: settings, resolver: names.resolver)
        defer { fetcher.shutDown() }
        let port = server.port
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<40 {
                group.addTask {
                    guard let address = WebAddress("http://h\(number % 20).invalid:\(port)/") else {
                        return
                    }
                    #expect((try? await fetcher.fetch(FetchRequest(address)))?.status == 200)
                }
            }
        }
        #expect(server.requests.count == 40)
        #expect(atOnce.withLock { $0.most } <= 3)
    }

    @Test("Several loops serve all hosts, each host by one of them")
    func loops() async throws {
        let server = try ScriptedServer { _ in [.answer("fern")] }
        defer { server.stop() }
        let fetcher = try localFetcher { $0.loops = 3 }
        defer { fetcher.shutDown() }
        for host in 1...9 {
            let address = try #require(WebAddress("http://127.0.0.1:\(server.port)/\(host)"))
            #expect(try await fetcher.fetch(FetchRequest(address)).status == 200)
        }
        #expect(server.connections == 1)
    }
}
