// `selvage run-due`: for cron and systemd timers; runs the plans that are due, sends what is owed.

import ArgumentParser
import Foundation
import Imaging
import Monitoring
import SelvageTypes

struct RunDueCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run-due",
        abstract: "For cron: run the plans that are due, and send what is owed.",
        discussion: """
            A plan is due when its schedule has come round since its last scan began, or when it \
            has never been run. Without plans, the data folder's `plans` folder is read.

            Example, in a crontab:
              */10 * * * *  cd /srv/selvage && selvage run-due plans/*.yaml --quiet
            """)

    @Argument(help: ArgumentHelp("The plans' files.", valueName: "plan"))
    var plans: [String] = []

    @Flag(help: "Print only what went wrong and what is new.")
    var quiet = false

    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let folder = try data.folder()
        let files = plans.isEmpty ? Self.plans(in: "\(folder)/plans") : plans
        let (reports, problems) = try await stoppable { [quiet, output] in
            let workspace = try Preparation.workspace(folder, for: "run-due")
            let decoders = Preparation.decoders()
            defer { decoders.shutDown() }
            var reports: [ScanReport] = []
            var problems: [String] = []
            for file in files {
                do {
                    let report = try await Self.runIfDue(file, workspace, decoders)
                    if let report {
                        reports.append(report)
                        if !output.json, !quiet || !report.new.isEmpty { ScanPrinter.print(report) }
                    } else if !quiet, !output.json {
                        Terminal.line("\(file): not due")
                    }
                } catch  where Task.isCancelled {
                    problems.append("stopped; the same command goes on where it was")
                    break
                } catch {
                    // One plan that cannot run is no reason to leave the others out.
                    problems.append(Failure(error).message)
                }
            }
            return (reports, problems)
        }
        if output.json { try Terminal.json(reports) }
        for problem in problems { Terminal.error(problem) }
        if !problems.isEmpty { throw ExitCode(1) }
    }

    private static func plans(in folder: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.sorted().filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }
            .map { "\(folder)/\($0)" }
    }

    private static func runIfDue(
        _ file: String, _ workspace: Workspace, _ decoder: any PictureDecoder
    ) async throws -> ScanReport? {
        let plan = try PlanReader.read(file: file).plan
        let logger = Preparation.logger()
        guard try await workspace.isDue(plan, at: SystemTimekeeper().now()) else {
            try await Delivery(
                workspace: workspace, clock: SystemTimekeeper(), logger: logger
            ).sendOwed(of: plan)
            return nil
        }
        return try await ScanRun(
            plan: plan, workspace: workspace,
            catalogue: try Preparation.catalogue(plan.catalogue), decoder: decoder, logger: logger
        ).run()
    }
}
