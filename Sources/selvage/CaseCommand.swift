// `selvage case`: findings of the data folder, listed and shown.

import ArgumentParser
import Foundation
import Monitoring
import Persistence
import SelvageTypes

struct CaseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "case", abstract: "Findings that people look at.",
        subcommands: [CaseListCommand.self, CaseShowCommand.self, CaseDecideCommand.self])
}

struct CaseListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List findings, newest first.",
        discussion: "Example:\n  selvage case list --verdict unauthorised")

    @Option(help: ArgumentHelp("Only findings with this verdict.", valueName: "verdict"))
    var verdict: String?

    @Flag(help: "Authorised uses as well.")
    var all = false

    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard let verdict, Verdict.Kind(rawValue: verdict) == nil else { return }
        let known = Verdict.Kind.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("--verdict \(verdict): there is no such verdict; known: \(known).")
    }

    func run() async throws {
        let workspace = try Preparation.workspace(try data.folder(), for: "case list")
        let kind = verdict.flatMap { Verdict.Kind(rawValue: $0) }
        let found = try await workspace.store.findings(
            licensor: nil, includingAuthorised: all || kind == .authorised
        ).filter { kind == nil || $0.verdict.kind == kind }
        if output.json {
            try Terminal.json(found)
        } else if found.isEmpty {
            Terminal.line("No findings.")
        } else {
            Terminal.line(ScanPrinter.table(found))
        }
    }
}

struct CaseShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one finding: what was seen, who, why, and the evidence.",
        discussion: "Example:\n  selvage case show 3f2a91c0")

    @Argument(help: ArgumentHelp("The finding's id, or how it begins.", valueName: "finding"))
    var id: String

    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let workspace = try Preparation.workspace(try data.folder(), for: "case show")
        let finding = try await workspace.finding(beginning: id)
        if output.json { return try Terminal.json(finding) }
        show(finding, workspace)
        let moves = try await workspace.store.moves(
            ofCase: finding.caseID, licensor: finding.deployment.licensor)
        guard let last = moves.last else { return }
        Terminal.line("  case       \(finding.caseID): \(last.move.became.rawValue)")
        for move in moves.map(\.move) {
            Terminal.line(
                TextTable.printable(
                    "             \(move.at) \(move.became.rawValue), \(move.actor): \(move.reason)"
                ))
        }
    }

    /// `match, repeat, by its features; score 2.4 (1 is a match); turned 12°; recoloured`.
    static func words(_ match: Match) -> String {
        let part = match.component.map { "the part \($0)" }
        return [
            "\(match.grade.words), \(match.method.words)", part, match.closenessWords,
            match.orientationWords, match.areaWords, match.coloursWords,
        ].compactMap { $0 }.joined(separator: "; ")
    }

    /// What pages and images state about uses of them, each statement once.
    private static func terms(of finding: Finding) -> [UseTerm] {
        var seen: Set<UseTerm> = []
        return finding.sightings.flatMap { $0.terms ?? [] }.filter { seen.insert($0).inserted }
    }

    private func show(_ finding: Finding, _ workspace: Workspace) {
        // What pages say must not reach the terminal as it is.
        func line(_ text: String) { Terminal.line(TextTable.printable(text)) }
        let deployment = finding.deployment
        line("Finding \(finding.id), revision \(finding.revision)")
        line("  verdict    \(finding.verdict.kind.rawValue)")
        line("  why        \(finding.verdict.explanation)")
        line("  pattern    \(deployment.asset)")
        line(
            "  party      \(TextTable.printable(deployment.actor.name)) (\(TextTable.printable(deployment.actor.key)))"
        )
        line(
            "  use        \(deployment.action), \(deployment.channel ?? "channel not seen"), \(deployment.territory ?? "territory not seen"), first seen \(deployment.date)"
        )
        for right in finding.rights {
            line(
                "  right      \(right.kind.rawValue) in \(right.jurisdiction): \(right.basis)")
        }
        for sighting in finding.sightings {
            line("  seen       \(sighting.image) on \(sighting.page)")
            line("             \(Self.words(sighting.match))")
            for remark in sighting.match.remarks { line("             \(remark)") }
        }
        for term in Self.terms(of: finding) {
            line(
                "  stated     \(term.name.rawValue) = \(TextTable.printable(term.value)) (\(term.source.rawValue), \(TextTable.printable(term.place)))"
            )
        }
        for fact in deployment.facts {
            line(
                "  fact       \(fact.name.rawValue) = \(TextTable.printable(fact.value)) (\(fact.source.rawValue), \(TextTable.printable(fact.place)))"
            )
        }
        if let evidence = finding.evidence {
            line("  evidence   \(workspace.evidence.file(of: evidence))")
            line("             sha256 \(evidence)")
        }
    }
}
