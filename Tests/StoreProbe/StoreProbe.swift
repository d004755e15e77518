// A process that the crash tests kill: it crawls an invented site and says what was acknowledged.

import Crypto
import Foundation
import Persistence
import SelvageTypes

/// `StoreProbe crawl FOLDER PAGES` crawls until nothing is left; `StoreProbe hold FOLDER` locks the
/// folder until its input ends; `StoreProbe fill FOLDER BYTES` fills a file that may not grow;
/// `StoreProbe measure FOLDER PAGES` prints the rate of commits.
@main
struct StoreProbe {
    nonisolated static func main() async {
        let arguments = CommandLine.arguments
        do {
            switch arguments.dropFirst().first {
            case "crawl": try await crawl(arguments[2], pages: Int(arguments[3]) ?? 0)
            case "hold": try hold(arguments[2])
            case "fill": try await fill(arguments[2], limitInBytes: UInt(arguments[3]) ?? 0)
            case "measure": try await measure(arguments[2], pages: Int(arguments[3]) ?? 0)
            default: say("usage: StoreProbe crawl|hold|fill|measure FOLDER [NUMBER]")
            }
        } catch {
            say("error \(error)")
            exit(1)
        }
    }

    /// One line, handed to the system at once: what was said survives the kill.
    private static func say(_ line: String) {
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }

    private static func hold(_ folder: String) throws {
        let held = try DataFolder(folder, purpose: "probe")
        say("held")
        _ = FileHandle.standardInput.readDataToEndOfFile()
        withExtendedLifetime(held) {}
    }

    private static func crawl(_ folder: String, pages: Int) async throws {
        let site = InventedSite(pages: pages)
        let store = try SelvageStore(folder: folder)
        let scan = try await store.begin(
            plan: "probe", digest: Digest(of: "probe"), seeds: site.seeds, at: site.moment)
        while true {
            let targets = try await store.targets(
                scan, origin: site.origin, limit: 8, at: site.moment, excluding: [])
            if targets.isEmpty { break }
            say("try " + targets.map(\.address.target).joined(separator: " "))
            _ = try await store.commit(
                scan, outcomes: targets.map(site.outcome), hosts: [site.host])
            say("done " + targets.map(\.address.target).joined(separator: " "))
            for target in targets {
                guard let finding = site.finding(target) else { continue }
                try await store.store(finding, messages: [site.report(finding)], at: site.moment)
                say("finding \(finding.id)")
            }
        }
        say("end \(scan.number)")
    }

    private static func fill(_ folder: String, limitInBytes: UInt) async throws {
        let site = InventedSite(pages: 1_000_000)
        let store = try SelvageStore(folder: folder)
        let scan = try await store.begin(
            plan: "probe", digest: Digest(of: "probe"), seeds: site.seeds, at: site.moment)
        signal(SIGXFSZ, SIG_IGN)
        var limit = rlimit(rlim_cur: limitInBytes, rlim_max: limitInBytes)
        guard setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0 else { return }
        while true {
            let targets = try await store.targets(
                scan, origin: site.origin, limit: 8, at: site.moment, excluding: [])
            _ = try await store.commit(scan, outcomes: targets.map(site.outcome), hosts: [])
            say("done " + targets.map(\.address.target).joined(separator: " "))
        }
    }

    private static func measure(_ folder: String, pages: Int) async throws {
        for durability in StoreSettings.Durability.allCases {
            let site = InventedSite(pages: pages)
            var settings = StoreSettings()
            settings.durability = durability
            let store = try SelvageStore(
                in: DataFolder("\(folder)/\(durability)"), settings: settings)
            let scan = try await store.begin(
                plan: "probe", digest: Digest(of: "probe"), seeds: site.seeds, at: site.moment)
            var done = 0
            let clock = ContinuousClock()
            let began = clock.now
            while true {
                let targets = try await store.targets(
                    scan, origin: site.origin, limit: 128, at: site.moment, excluding: [])
                if targets.isEmpty { break }
                _ = try await store.commit(
                    scan, outcomes: targets.map(site.outcome), hosts: [site.host])
                done += targets.count
            }
            let seconds = (clock.now - began) / .seconds(1)
            say(
                "\(durability): \(done) URLs in \(seconds) s, \(Int(Double(done) / seconds)) URLs/s"
            )
        }
    }
}

/// A site whose page *n* links to pages 2*n* + 1 and 2*n* + 2 and names image *n*.
struct InventedSite: Sendable {
    let pages: Int
    let origin = "https://probe.example"
    let moment = Instant(microseconds: 1_800_000_000_000_000)

    var seeds: [Target] { link(0, depth: 0) }
    var host: HostState { HostState(origin: origin, nextAllowed: moment, delayInMilliseconds: 100) }

    func outcome(_ target: Target) -> TargetOutcome {
        let number = Self.number(target)
        let body = Array("body of \(target.address.target)".utf8)
        let capture = Capture(
            hops: [
                Hop(
                    address: target.address, status: 200, requestHead: "GET / HTTP/1.1\r\n\r\n",
                    responseHead: "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n",
                    peer: "192.0.2.1:443")
            ], body: body, began: moment, ended: moment,
            headers: [HeaderField("content-type", "text/html")])
        var outcome = TargetOutcome(
            target: target, ending: .done(nil), status: 200, capture: capture)
        if target.kind == .image {
            outcome.recognition = ImageRecognition(
                width: 64, height: 64, hash: nil, quality: 0, matches: matches(number))
            outcome.keepsBody = !matches(number).isEmpty
        } else {
            outcome.links = [2 * number + 1, 2 * number + 2].flatMap {
                link($0, depth: target.depth + 1)
            }
            outcome.references = image(number)
        }
        return outcome
    }

    func finding(_ target: Target) -> Finding? {
        guard target.kind == .image, let match = matches(Self.number(target)).first else {
            return nil
        }
        let deployment = Deployment(
            licensor: "https://studio.example/", asset: match.asset, actor: .nobody,
            product: nil, site: "probe.example", date: moment, action: "odrl:display", facts: [],
            sightings: [])
        return Finding(
            deployment: deployment, verdict: Verdict(.unknown, explanation: "Nobody is named."),
            sightings: [], plan: "probe", snapshot: Digest(of: "s"), catalogue: Digest(of: "c"),
            rights: [])
    }

    func report(_ finding: Finding) -> OutboxMessage {
        OutboxMessage(
            id: finding.eventID, licensor: finding.deployment.licensor,
            receiver: "https://licences.example/", body: "{}", notBefore: moment)
    }

    private func matches(_ number: Int) -> [Match] {
        guard number.isMultiple(of: 10) else { return [] }
        return [
            Match(
                asset: "asset-\(number)", method: .perceptualHash, symmetry: .asIs, distance: 2,
                falseMatchProbability: 1e-9)
        ]
    }

    private func link(_ number: Int, depth: Int) -> [Target] {
        guard number < pages, let address = WebAddress("\(origin)/p/\(number)") else { return [] }
        return [Target(address: address, kind: .page, depth: depth)]
    }

    private func image(_ number: Int) -> [ImageReference] {
        WebAddress("\(origin)/i/\(number)").map { [ImageReference(address: $0, form: .imgSrc)] }
            ?? []
    }

    private static func number(_ target: Target) -> Int {
        target.address.target.split(separator: "/").last.flatMap { Int($0) } ?? 0
    }
}
