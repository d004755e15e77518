// No host is hurried: what every host saw over many random webs.

import Crawling
import SelvageTypes
import Testing

@Suite struct PolitenessTests {
    /// A web of a few hosts that fail, throttle and dawdle at random, the same for the same seed.
    private static func web(seed: Int, _ simulation: Simulation) -> SimulatedWeb {
        SimulatedWeb(simulation) { address, time in
            let name = Digest(of: "\(seed) \(address) \(time)").bytes
            var random = SeededRandom(seed: name.prefix(8).reduce(0) { $0 << 8 | UInt64($1) })
            let latency = Int64.random(in: 1...2500, using: &random)
            let host = Int(address.host.split(separator: ".")[0].dropFirst()) ?? 0
            if address.path == "/robots.txt" {
                let delay = (seed + host) % 3 == 0 ? "Crawl-delay: \(1 + host)\n" : ""
                return (.page("User-agent: *\n\(delay)Disallow: /no\n"), latency)
            }
            switch Int.random(in: 0..<20, using: &random) {
            case 0:
                let wait = HeaderField("Retry-After", "\(Int.random(in: 1...40, using: &random))")
                return (.page("slow down", status: 429, headers: [wait]), latency)
            case 1: return (.page("busy", status: 503), latency)
            case 2: return (.page("oops", status: 500), latency)
            case 3: return (.failure(.unreachable), latency)
            default: break
            }
            let number = Int(address.path.dropFirst(2)) ?? 0
            let links = [2 * number + 1, 2 * number + 2].filter { $0 < 25 }.map { "/p\($0)" }
            let other = "http://h\((host + 1) % 4).example/p0"
            return (page(links + [other, "/no"], images: ["/i\(number).png"]), latency)
        }
    }

    private static func run(seed: Int, delay: Int) throws -> ([SimulatedWeb.Request], CrawlSummary)
    {
        let web = Self.web(seed: seed, Simulation())
        let summary = try crawl(web, from: ["http://h0.example/p0"]) {
            $0.hosts = ["*.example"]
            $0.manners.delayInMilliseconds = delay
            // In every other web most hosts have to make room again and again.
            $0.residentHosts = seed % 2 == 0 ? 2048 : 2
        }
        return (web.log, summary)
    }

    @Test("No host is ever hurried, whatever the order of answers", arguments: 1...50)
    func neverHurried(seed: Int) throws {
        let delay = seed % 3 * 400
        let (log, summary) = try Self.run(seed: seed, delay: delay)
        #expect(summary.isComplete)
        for (host, requests) in Dictionary(grouping: log, by: \.address.host) {
            let requests = requests.sorted { $0.began < $1.began }
            let number = Int(host.dropFirst().prefix(1)) ?? 0
            let asked = (seed + number) % 3 == 0 ? 1000 * (1 + number) : 0
            let answered = requests.first { $0.address.path == "/robots.txt" }?.ended
            for (first, second) in zip(requests, requests.dropFirst()) {
                let gap = second.began.milliseconds(since: first.began)
                #expect(gap >= delay, "host \(host), seed \(seed)")
                guard let answered, first.began > answered else { continue }
                #expect(gap >= max(delay, asked), "host \(host), seed \(seed)")
                if asked > 0 { #expect(second.began >= first.ended) }
            }
            for request in requests {
                let open = requests.filter { $0.began <= request.began && $0.ended > request.began }
                #expect(open.count <= 2, "host \(host), seed \(seed)")
                guard let wait = request.retryAfter else { continue }
                let until = request.ended.advanced(milliseconds: wait * 1000)
                #expect(
                    !requests.contains { $0.began > request.ended && $0.began < until },
                    "host \(host) asked to wait, seed \(seed)")
            }
            #expect(!requests.contains { $0.address.path == "/no" })
        }
    }

    @Test("No address is tried more than three times", arguments: 1...10)
    func tries(seed: Int) throws {
        let (log, _) = try Self.run(seed: seed, delay: 0)
        let counts = Dictionary(log.map { ($0.address, 1) }, uniquingKeysWith: +)
        #expect(counts.values.allSatisfy { $0 <= 3 })
    }

    @Test("The same seed replays the same crawl, to the microsecond", arguments: [3, 7])
    func replay(seed: Int) throws {
        #expect(try Self.run(seed: seed, delay: 100).0 == Self.run(seed: seed, delay: 100).0)
    }
}
