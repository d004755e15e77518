// `selvage plan explain`: why an address would be fetched or not.

import ArgumentParser
import Foundation
import Monitoring
import SelvageTypes

struct PlanExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say why a plan's scan would fetch an address or not; nothing is fetched.",
        discussion: """
            Robots rules are those that the last scan read.

            Example:
              selvage plan explain https://shop.example/cart/1 --plan fabric.yaml
            """)

    @Argument(help: ArgumentHelp("The address.", valueName: "address"))
    var address: String

    @Option(help: ArgumentHelp("The plan's file.", valueName: "plan"))
    var plan: String

    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard WebAddress(address) != nil else {
            throw ValidationError("`\(address)` is not an http or https address.")
        }
    }

    func run() async throws {
        guard let address = WebAddress(address) else { return }
        let reading = try PlanReader.read(file: plan)
        let folder = try data.folder()
        // A folder that is not there yet knows nothing, and is not made by asking.
        let isThere = FileManager.default.fileExists(atPath: "\(folder)/selvage.sqlite")
        let workspace = isThere ? try Preparation.workspace(folder, for: "plan explain") : nil
        let explanation = try await PlanExplanation(
            address, plan: reading.plan, store: workspace?.store, at: SystemTimekeeper().now())
        if output.json { return try Terminal.json(explanation) }
        show(explanation)
    }

    private func show(_ explanation: PlanExplanation) {
        let verdict = explanation.isFetched ? "would be fetched" : "would not be fetched"
        Terminal.line("\(explanation.canonical) \(verdict)")
        Terminal.line("  site     \(explanation.site)")
        for rule in explanation.rules {
            let name = rule.question.padding(toLength: 8, withPad: " ", startingAt: 0)
            let mark = rule.forbids ? "no: " : ""
            Terminal.line("  \(name) \(mark)\(TextTable.printable(rule.answer))")
        }
    }
}
