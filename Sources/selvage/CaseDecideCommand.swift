// `selvage case decide`: a named person's decision on a case, kept and told to the ledger.

import ArgumentParser
import Foundation
import Monitoring
import Persistence
import SelvageTypes

struct CaseDecideCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decide", abstract: "Decide how a case goes on.",
        discussion: """
            A case is all findings of one seller and one asset. Who decided, when and why is kept; the \
            ledger has a commitment to it that nobody can read without the salt kept here.

            Examples:
              selvage case decide 3f2a91c0 confirmed --by "Ada Marlow" --reason "No agreement covers it."
              selvage case decide 3f2a91c0 dismissed --by "Ada Marlow" --reason "Resale of own goods."
            """)

    @Argument(help: ArgumentHelp("A finding's id, or how it begins.", valueName: "finding"))
    var id: String

    @Argument(
        help: ArgumentHelp(
            "Where the case stands from now on: "
                + CaseState.allCases.map(\.rawValue).joined(separator: ", ") + ".",
            valueName: "state"))
    var state: String

    @Option(name: .customLong("by"), help: ArgumentHelp("Who decides.", valueName: "name"))
    var person: String

    @Option(help: ArgumentHelp("Why, one sentence.", valueName: "text"))
    var reason: String

    @OptionGroup var data: DataOptions

    func validate() throws {
        guard CaseState(rawValue: state) != nil else {
            throw ValidationError("\(state): there is no such state of a case.")
        }
        guard !person.isEmpty, person != CaseMove.ourselves, !reason.isEmpty else {
            throw ValidationError("--by is a person's name, and --reason a sentence.")
        }
    }

    func run() async throws {
        let workspace = try Preparation.workspace(try data.folder(), for: "case decide")
        let finding = try await workspace.finding(beginning: id)
        guard let became = CaseState(rawValue: state) else { return }
        let taken = try await workspace.store.take(
            CaseMove(
                licensor: finding.deployment.licensor, case: finding.caseID, was: nil,
                became: became, at: SystemTimekeeper().now(), actor: person, reason: reason))
        guard let taken else {
            return Terminal.line("case \(finding.caseID): is \(state) already")
        }
        let was = taken.was?.rawValue ?? "new"
        Terminal.line("case \(finding.caseID): \(was) -> \(taken.became.rawValue)")
        try await workspace.ledgerFeed().tell()
    }
}

extension Workspace {
    /// The finding whose id begins so.
    ///
    /// - Throws: `Failure` when there is none, or more than one.
    func finding(beginning id: String) async throws -> Finding {
        let found = try await store.findings(licensor: nil, includingAuthorised: true)
            .filter { $0.id.hasPrefix(id.lowercased()) }
        guard let finding = found.first else {
            throw Failure("no finding begins with \(id); `selvage case list` lists them")
        }
        guard found.count == 1 else {
            throw Failure("\(found.count) findings begin with \(id); give more of the id")
        }
        return finding
    }
}
