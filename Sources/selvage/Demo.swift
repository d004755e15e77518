// The demo's course: world, catalogue, servers, scan, and what came of it.

import ArgumentParser
import Demonstration
import Foundation
import Imaging
import Licensing
import LicensingServer
import Matching
import Monitoring
import Persistence
import SelvageTypes

/// The demo's course.
struct Demo: Sendable {
    let folder: String
    let port: Int
    let images: String?
    let keepOpen: Bool
    let json: Bool

    /// Runs the demo once.
    ///
    /// - Throws: `Failure` and the errors of the parts; servers are stopped on the way out.
    func run() async throws {
        let world = DemoWorld(port: port)
        let workspace = try Preparation.workspace(folder, for: "demo")
        let decoders = Preparation.decoders()
        defer { decoders.shutDown() }
        say("drawing \(world.patterns.count) licensed patterns")
        let place = try await catalogue(world, decoders)
        let servers = Servers(
            workspace: workspace, licensing: try LicensingStore(folder: folder),
            catalogues: [place.catalogue], decoder: decoders, host: "127.0.0.1",
            consolePort: port + 1, licensingPort: port + 2,
            metricsToken: try MetricsToken(dataFolder: folder))
        try await servers.register(
            catalogue: try Preparation.catalogue(place.catalogue), agreements: place.agreements)
        let shops = DemoServers(world)
        try await withThrowingTaskGroup(of: Part.self) { group in
            let (ready, announce) = AsyncStream.makeStream(of: Void.self)
            group.addTask {
                try await shops.run { announce.yield() }
                return .servers
            }
            group.addTask {
                try await servers.run { announce.yield() }
                return .servers
            }
            group.addTask {
                var waiting = 2
                for await _ in ready {
                    waiting -= 1
                    if waiting == 0 { break }
                }
                try Task.checkCancellation()
                try await self.scan(world, workspace, servers, decoders, place, shops)
                return .scan
            }
            // A server that cannot start throws; else the servers go on until the scan has ended.
            while let part = try await group.next() {
                if part == .scan { group.cancelAll() }
            }
        }
    }

    private enum Part { case servers, scan }

    private func scan(
        _ world: DemoWorld, _ workspace: Workspace, _ servers: Servers,
        _ decoders: DecoderPool, _ place: Place, _ shops: DemoServers
    ) async throws {
        say("shops \(world.origins.joined(separator: " "))")
        let catalogue = try Preparation.catalogue(place.catalogue)
        let before = try await AgreementStanding.read(servers.licensing, catalogue.licensor)
        let run = ScanRun(
            plan: try plan(world, servers, place), workspace: workspace, catalogue: catalogue,
            decoder: decoders, logger: Preparation.logger())
        let began = ContinuousClock.now
        let report = try await run.run { progress in
            if !self.json { ScanPrinter.show(progress) }
        }
        Terminal.endProgress()
        let outcome = DemoOutcome(
            report: report, world: world,
            sightings: try await workspace.store.sightings(report.scan),
            before: before,
            after: try await AgreementStanding.read(servers.licensing, catalogue.licensor),
            received: try await servers.licensing.read {
                try $0.eventCount(catalogue.licensor)
            },
            books: try await servers.licensing.read { try $0.verdicts(of: catalogue.licensor) },
            tampering: try TamperTest.run(report, workspace), requests: shops.requests,
            seconds: Double((ContinuousClock.now - began).components.seconds),
            console: servers.consoleAddress)
        if json {
            try Terminal.json(outcome.summary)
        } else {
            outcome.print()
        }
        guard keepOpen else { return }
        Terminal.note("Leaving everything running; Ctrl-C ends it.")
        try await Task.sleep(for: .seconds(1_000_000_000))
    }

    private func say(_ text: String) {
        if !json { Terminal.note("demo: \(text)") }
    }
}

extension Demo {
    /// Where the demo's catalogue and agreements lie.
    struct Place: Sendable {
        var catalogue: String
        var agreements: String
        var plan: String?
    }

    /// The project's own catalogue when it is here and intact; else one drawn into the data folder.
    private func catalogue(_ world: DemoWorld, _ decoders: DecoderPool) async throws -> Place {
        let own = "Signatures/Catalogues/demo", plan = "Crawlers/Plans/demo.yaml"
        let isHere = FileManager.default.fileExists(atPath: "\(own)/catalogue.json")
        if isHere, images == nil, Catalogue.verify(folder: own).isEmpty {
            let hasPlan =
                port == DemoWorld.standardPort && FileManager.default.fileExists(atPath: plan)
            return Place(
                catalogue: own, agreements: "\(own)/agreements", plan: hasPlan ? plan : nil)
        }
        let drawn = "\(folder)/catalogue"
        try await DemoCatalogue(world: world).write(to: drawn, decoder: decoders)
        if let images { try await add(images, to: drawn, world, decoders) }
        return Place(catalogue: drawn, agreements: "\(drawn)/agreements", plan: nil)
    }

    private func add(
        _ images: String, to folder: String, _ world: DemoWorld, _ decoders: DecoderPool
    ) async throws {
        var intake = try IntakeOptions.parse([])
        intake.prefix = "https://assets.example/own/"
        let catalogue = try Preparation.catalogue(folder)
        let submissions = try intake.submissions(
            try imageFiles(in: images), licensor: world.licensor, title: nil)
        let (_, advice) = try await catalogue.adding(
            submissions, folder: folder, created: SystemTimekeeper().now(),
            calibration: Calibration(
                pictures: 100, workers: max(1, ProcessInfo.processInfo.activeProcessorCount))
        ) { bytes throws(DecodeError) in try await decoders.decode(bytes) }
        printAdvice(advice)
    }

    private func plan(_ world: DemoWorld, _ servers: Servers, _ place: Place) throws -> Plan {
        var plan =
            try place.plan.map { try PlanReader.read(file: $0).plan }
            ?? PlanReader.read(
                text: world.plan(reportingTo: servers.licensingAddress), file: "\(folder)/demo.yaml"
            ).plan
        plan.catalogue = place.catalogue
        plan.agreements = place.agreements
        plan.report.server = WebAddress(servers.licensingAddress)
        return plan
    }
}

/// Draws the demo's catalogue with its agreements into a folder.
struct DemoCatalogue {
    let world: DemoWorld

    /// When the demo's catalogue is dated, so that drawing it again gives the same bytes.
    static let date = Instant(seconds: 1_764_547_200)

    /// Writes images, signatures, parties and agreements; an existing folder is replaced.
    func write(to folder: String, decoder: DecoderPool) async throws {
        let aside = folder + ".images"
        try? FileManager.default.removeItem(atPath: folder)
        try? FileManager.default.removeItem(atPath: aside)
        try FileManager.default.createDirectory(atPath: aside, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: aside) }
        var submissions: [Catalogue.Submission] = []
        for pattern in world.patterns {
            let file = "\(aside)/\(pattern.name).png"
            try Data(PictureEncoder.png(pattern.tile())).write(to: URL(fileURLWithPath: file))
            submissions.append(
                Catalogue.Submission(
                    asset: pattern.asset, file: file,
                    background: RepeatRecord.Background(
                        level: pattern.background, pictures: DemoPattern.backgroundPictures)))
        }
        _ = try await Catalogue.build(
            folder: folder, licensor: world.licensor, assets: submissions, created: Self.date,
            calibration: Calibration(pictures: 0)
        ) { bytes throws(DecodeError) in try await decoder.decode(bytes) }
        try FileManager.default.createDirectory(
            atPath: "\(folder)/agreements", withIntermediateDirectories: true)
        for (path, bytes) in world.licensingFiles {
            try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/\(path)"))
        }
    }
}
