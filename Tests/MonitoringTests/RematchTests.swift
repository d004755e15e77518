// A new generation against what a scan kept: found without a fetch, with evidence, reported once.

import Demonstration
import Foundation
import Logging
import Matching
import Persistence
import SelvageTypes
import Testing

@testable import Monitoring

@Suite("A rematch")
struct RematchTests {
    private let folder = NSTemporaryDirectory() + "selvage-rematch-" + UUID().uuidString
    private let world = DemoWorld()

    /// Bodies are pattern names here, and decode to the pattern.
    private struct NamedPictures: PictureDecoder {
        let patterns: [DemoPattern]

        func decode(_ bytes: [UInt8]) async throws(DecodeError) -> Picture {
            let name = String(decoding: bytes, as: UTF8.self)
            guard let pattern = patterns.first(where: { $0.name == name }) else {
                throw DecodeError(.damaged, "There is no such pattern.")
            }
            return pattern.tile(side: 128)
        }
    }

    private func catalogue(_ count: Int, generation: Int) throws -> Catalogue {
        try Catalogue(
            licensor: world.licensor, generation: generation,
            created: Instant(seconds: 1_764_547_200),
            entries: world.patterns.prefix(count).map {
                Catalogue.Entry(
                    asset: $0.asset,
                    signatures: .init(pdq: PDQSignature(of: $0.tile(side: 128))))
            })
    }

    private func plan() throws -> Plan {
        let agreements = folder + "/agreements"
        for (path, bytes) in world.licensingFiles {
            let file = URL(fileURLWithPath: "\(folder)/\(path)")
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(bytes).write(to: file)
        }
        var plan = Plan(name: "p", catalogue: "unused", seeds: [])
        plan.agreements = agreements
        plan.keepsBytes = 1 << 20
        return plan
    }

    /// What a scan of a page with pictures leaves, all matched with the first generation.
    private func scanned(_ workspace: Workspace, _ plan: Plan, showing names: [String])
        async throws
    {
        let store = workspace.store
        let scan = try await store.begin(
            plan: plan.name, digest: Digest(of: "plan"),
            seeds: [Target(address: web("p"), kind: .page, depth: 0)], at: Instant(seconds: 1))
        try await store.setCatalogue(try catalogue(0, generation: 1).digest, for: scan)
        let references = names.map { ImageReference(address: web($0), form: .imgSrc) }
        let page = TargetOutcome(
            target: Target(address: web("p"), kind: .page, depth: 0), ending: .done(nil),
            status: 200, capture: capture("p"), keepsBody: true, references: references)
        _ = try await store.commit(scan, outcomes: [page], hosts: [])
        let images = names.map { name in
            TargetOutcome(
                target: Target(address: web(name), kind: .image, depth: 0), ending: .done(nil),
                status: 200, capture: capture(name), keepsBody: true,
                recognition: ImageRecognition(
                    width: 128, height: 128, hash: nil, quality: 0, matches: []))
        }
        _ = try await store.commit(scan, outcomes: images, hosts: [])
        try await store.finish(scan, at: Instant(seconds: 9))
        try await store.dropBodies(scan, keeping: plan.keepsBytes)
    }

    private func web(_ name: String) -> WebAddress {
        let address = WebAddress("https://shop.example/\(name)")
        precondition(address != nil, "The name of a pattern is a path.")
        return address ?? web("p")
    }

    private func capture(_ name: String) -> Capture {
        let hop = Hop(
            address: web(name), status: 200, requestHead: "GET / HTTP/1.1\r\n\r\n",
            responseHead: "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n",
            peer: "192.0.2.1:443")
        return Capture(
            hops: [hop], body: Array(name.utf8), began: Instant(seconds: 2),
            ended: Instant(seconds: 3), headers: [HeaderField("Content-Type", "text/html")])
    }

    private func run(_ workspace: Workspace, _ plan: Plan, _ catalogue: Catalogue) -> ScanRun {
        ScanRun(
            plan: plan, workspace: workspace, catalogue: catalogue,
            decoder: NamedPictures(patterns: world.patterns),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    @Test("Finds what the new generation added, with evidence, once; the rest stays as it was")
    func found() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let workspace = try Workspace(folder: folder + "/data", purpose: "test")
        let plan = try plan()
        let names = world.patterns.prefix(4).map(\.name)
        try await scanned(workspace, plan, showing: names + ["not-a-pattern"])
        let first = try await run(workspace, plan, catalogue(2, generation: 2)).rematch()
        #expect(
            Set(first.findings.map(\.deployment.asset)) == Set(world.patterns.prefix(2).map(\.id)))
        #expect(first.new.count == 2 && first.findings.allSatisfy { $0.evidence != nil })
        #expect(first.notes.first?.contains("5 kept pictures") == true)
        #expect(first.notes.first?.contains("1 could not be read") == true)
        let again = try await run(workspace, plan, catalogue(2, generation: 2)).rematch()
        #expect(again.new.isEmpty && again.changed.isEmpty && again.findings.count == 2)
        let more = try await run(workspace, plan, catalogue(3, generation: 3)).rematch()
        #expect(more.new.count == 1 && more.findings.count == 3)
    }

    @Test("A plan that was never scanned, or keeps nothing, says so")
    func nothing() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let workspace = try Workspace(folder: folder + "/data", purpose: "test")
        var plan = try plan()
        await #expect(throws: ScanError.self) {
            _ = try await run(workspace, plan, catalogue(2, generation: 2)).rematch()
        }
        plan.keepsBytes = 0
        try await scanned(workspace, plan, showing: [world.patterns[0].name])
        let report = try await run(workspace, plan, catalogue(2, generation: 2)).rematch()
        #expect(report.findings.isEmpty)
        #expect(report.notes.first?.contains("keep: 2GiB") == true)
    }
}

extension RematchTests {
    @Test(
        "What only shares the geometry is for review, unless the page shows the asset for certain")
    func review() {
        func sighting(_ asset: String, _ grade: Match.Grade, on page: String) -> Sighting {
            Sighting(
                match: Match(
                    asset: asset, grade: grade, score: 0.7, falseMatchProbability: 1e-3,
                    placement: nil),
                page: web(page), image: web("i"), imageDigest: Digest(of: page + grade.rawValue),
                pageDigest: Digest(of: page), seen: Instant(seconds: 1), form: .imgSrc, facts: [])
        }
        let seen = [
            sighting("fern", .sameGeometry, on: "a"), sighting("fern", .match, on: "b"),
            sighting("fern", .sameGeometry, on: "b"),
        ]
        #expect(ScanReport.review(of: seen).map(\.page) == [web("a")])
    }
}
