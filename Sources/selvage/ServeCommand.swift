// `selvage serve`: console, licensing server and scheduler in one process, one data folder.

import ArgumentParser
import Foundation
import Imaging
import Monitoring
import Persistence
import SelvageTypes

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Console, licensing server and scheduler in one process, one data folder.",
        discussion: """
            Listens on this machine only unless --host says otherwise; put a reverse proxy with TLS \
            in front of it for others. Ends cleanly on SIGINT and SIGTERM.

            Example:
              selvage serve plans/*.yaml --catalogue catalogue --agreements agreements
            """)

    @Argument(help: ArgumentHelp("Plans that are run when they are due.", valueName: "plan"))
    var plans: [String] = []

    @Option(
        help: ArgumentHelp(
            "A catalogue's folder, for licensed pictures and assets; may be repeated.",
            valueName: "folder"))
    var catalogue: [String] = []

    @Option(
        help: ArgumentHelp(
            "Agreements (*.jsonld) and parties.json that the licensing server takes in at the start.",
            valueName: "folder"))
    var agreements: String?

    @Option(
        help: ArgumentHelp(
            "The console's port; the licensing server has the next one.", valueName: "port"))
    var port = 8470

    @Option(help: ArgumentHelp("The address to listen on.", valueName: "address"))
    var host = "127.0.0.1"

    @OptionGroup var data: DataOptions

    func validate() throws {
        guard (1...65534).contains(port) else {
            throw ValidationError("--port is from 1 to 65534.")
        }
        if agreements != nil && catalogue.count != 1 {
            throw ValidationError("--agreements needs one --catalogue: whose agreements they are.")
        }
    }

    func run() async throws {
        let folder = try data.folder()
        let plans = try plans.map { try PlanReader.read(file: $0).plan }
        do {
            try await stoppable { try await self.serve(folder, plans) }
        } catch is CancellationError {
            Terminal.note("selvage: stopped")
        }
    }

    private func serve(_ folder: String, _ plans: [Plan]) async throws {
        let workspace = try Preparation.workspace(folder, for: "serve")
        let decoders = Preparation.decoders()
        defer { decoders.shutDown() }
        let servers = Servers(
            workspace: workspace, licensing: try LicensingStore(folder: folder),
            catalogues: catalogue, decoder: decoders, host: host, consolePort: port,
            licensingPort: port + 1, metricsToken: try MetricsToken(dataFolder: folder))
        for folder in catalogue {
            try await servers.register(
                catalogue: try Preparation.catalogue(folder), agreements: agreements)
        }
        let (ready, announce) = AsyncStream.makeStream(of: Void.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await servers.run {
                    Terminal.line("console           \(servers.consoleAddress)")
                    Terminal.line("licensing server  \(servers.licensingAddress)")
                    Terminal.line("metrics           \(servers.metricsAddress)")
                    Terminal.line(
                        "                  for Prometheus; bearer token in \(servers.metricsToken.path)"
                    )
                    announce.finish()
                }
            }
            group.addTask {
                // A plan that reports to our own server needs it to listen first.
                for await _ in ready {}
                try Task.checkCancellation()
                try await Self.runWhenDue(plans, workspace, decoders)
            }
            group.addTask { try await Self.tellLedger(workspace) }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// Tells the ledger what was decided and what agreements came to, twice a minute.
    private static func tellLedger(_ workspace: Workspace) async throws {
        while true {
            do {
                try await workspace.ledgerFeed().tell()
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                // Nothing is lost: it is told later. What has to be done is said by the error.
                Terminal.error("the ledger was not told: \(Failure(error).message)")
            }
            try await Task.sleep(for: .seconds(30))
        }
    }

    private static func runWhenDue(
        _ plans: [Plan], _ workspace: Workspace, _ decoder: any PictureDecoder
    ) async throws {
        let logger = Preparation.logger()
        while true {
            for plan in plans {
                do {
                    guard try await workspace.isDue(plan, at: SystemTimekeeper().now()) else {
                        try await Delivery(
                            workspace: workspace, clock: SystemTimekeeper(), logger: logger
                        ).sendOwed(of: plan)
                        continue
                    }
                    let report = try await ScanRun(
                        plan: plan, workspace: workspace,
                        catalogue: try Preparation.catalogue(plan.catalogue), decoder: decoder,
                        logger: logger
                    ).run()
                    Terminal.note(
                        "\(plan.name): \(ScanPrinter.count(report.findings.count, "finding")), \(ScanPrinter.count(report.new.count, "use")) new"
                    )
                } catch is CancellationError {
                    throw CancellationError()
                } catch {
                    // The scan stays as it is and is tried again; the servers go on.
                    Terminal.error("\(plan.name): \(Failure(error).message)")
                }
            }
            try await Task.sleep(for: .seconds(30))
        }
    }
}
