// `selvage scan`: run plans now and show what they found and what they could not check.

import ArgumentParser
import Foundation
import Imaging
import Monitoring
import SelvageTypes

struct ScanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scan", abstract: "Run plans now: findings, and what was not checked.",
        discussion: """
            A scan that was stopped is taken up again by the same command.

            Examples:
              selvage scan fabric.yaml
              selvage scan --url https://shop.example/fabric --catalogue catalogue --agreements agreements
              selvage scan --url http://127.0.0.1:8080/ --allow 127.0.0.0/8 --catalogue catalogue --agreements agreements
            """)

    @Argument(help: ArgumentHelp("The plans' files.", valueName: "plan"))
    var plans: [String] = []

    @Option(
        help: ArgumentHelp(
            "Scan from this address instead of a plan's; may be repeated.", valueName: "address"))
    var url: [String] = []

    @Option(help: ArgumentHelp("The catalogue's folder; replaces the plan's.", valueName: "folder"))
    var catalogue: String?

    @Option(
        help: ArgumentHelp(
            "Agreements and parties.json, in place of the plan's; then nothing is reported.",
            valueName: "folder"))
    var agreements: String?

    @Option(
        help: ArgumentHelp(
            "A private range that may be reached, CIDR[:port]; may be repeated.", valueName: "range"
        ))
    var allow: [String] = []

    @Option(
        help: ArgumentHelp(
            "The pause between two requests to a host; replaces the plan's.",
            valueName: "milliseconds"))
    var delay: Int?

    @Flag(
        help:
            "Fetch nothing: match what the plan's last scan kept (`keep` in the plan) with the catalogue as it is now."
    )
    var rematch = false

    @Flag(help: "Exit with status 3 when there are findings.")
    var failOnFindings = false

    @Flag(help: "Say also what the run did on the network: requests, answers, times, hosts.")
    var stats = false

    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if plans.isEmpty && url.isEmpty {
            throw ValidationError("Name a plan's file, or an address with --url.")
        }
        if !url.isEmpty && (catalogue == nil || agreements == nil) {
            throw ValidationError(
                "--url needs --catalogue FOLDER (what to look for) and --agreements FOLDER.")
        }
        if let delay, !(0...3_600_000).contains(delay) {
            throw ValidationError("--delay is in milliseconds, 0 to 3600000.")
        }
    }

    func run() async throws {
        let plans = try readPlans()
        let folder = try data.folder()
        let reports = try await stoppable { [output, rematch, stats] in
            let workspace = try Preparation.workspace(folder, for: "scan")
            let decoders = Preparation.decoders()
            defer { decoders.shutDown() }
            var reports: [ScanReport] = []
            for plan in plans {
                let run = ScanRun(
                    plan: plan, workspace: workspace,
                    catalogue: try Preparation.catalogue(plan.catalogue), decoder: decoders,
                    logger: Preparation.logger())
                let report =
                    rematch
                    ? try await run.rematch { ScanPrinter.show($0) }
                    : try await run.run { ScanPrinter.show($0) }
                Terminal.endProgress()
                if !output.json { ScanPrinter.print(report) }
                if stats, !output.json { report.statistics.map(ScanPrinter.print) }
                reports.append(report)
            }
            return reports
        }
        if output.json { try Terminal.json(reports) }
        if failOnFindings, reports.contains(where: { !$0.findings.isEmpty }) {
            throw ExitCode(3)
        }
    }

    private func readPlans() throws -> [Plan] {
        var all = try plans.map { file in
            let reading = try PlanReader.read(file: file)
            for note in reading.notes { Terminal.note(note.description) }
            return reading.plan
        }
        if !url.isEmpty { all.append(try adHocPlan()) }
        for index in all.indices {
            if let catalogue { all[index].catalogue = catalogue }
            if let agreements {
                all[index].agreements = agreements
                all[index].report.server = nil
            }
            if let delay { all[index].politeness.delayInMilliseconds = delay }
            all[index].allow += try allow.map(Self.range)
        }
        return all
    }

    private func adHocPlan() throws -> Plan {
        let seeds = try url.map { text in
            guard let address = WebAddress(text) else {
                throw Failure.usage("`\(text)` is not an http or https address")
            }
            return Plan.Seed(address: address, kind: .page)
        }
        let name =
            "ad-hoc-"
            + Digest(of: seeds.map(\.address.description).joined(separator: " ")).hex.prefix(8)
        return Plan(name: name, catalogue: catalogue ?? "", seeds: seeds)
    }

    /// A range as `--allow` takes it.
    static func range(_ text: String) throws -> String {
        guard PlanReader.isRange(text) else {
            throw Failure.usage(
                "--allow \(text): not a range such as 10.0.0.0/8 or 127.0.0.0/8:8080")
        }
        return text
    }
}
