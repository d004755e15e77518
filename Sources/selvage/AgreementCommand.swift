// `selvage agreement`: check agreements and ask them what they permit.

import ArgumentParser
import Foundation
import Licensing
import Monitoring
import SelvageTypes

struct AgreementCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agreement", abstract: "Check agreements and ask what they permit.",
        subcommands: [AgreementCheckCommand.self, AgreementEvaluateCommand.self])
}

struct AgreementCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check ODRL agreements and say what is wrong or doubtful.",
        discussion: "Example:\n  selvage agreement check agreements/*.jsonld")

    @Argument(help: ArgumentHelp("The agreements' files.", valueName: "file"))
    var files: [String]

    @OptionGroup var output: OutputOptions

    private struct Row: Encodable {
        let file: String
        let agreement: String?
        let remarks: [AgreementRemark]
        let error: String?
    }

    mutating func run() throws {
        let rows = files.map(Self.check)
        if output.json {
            try Terminal.json(rows)
        } else {
            for row in rows { Self.print(row) }
        }
        let bad = rows.count { $0.error != nil || $0.remarks.contains { $0.severity == .problem } }
        if bad > 0 { throw Failure("\(bad) of \(rows.count) agreements have to be mended") }
    }

    private static func check(_ file: String) -> Row {
        do {
            let agreement = try Agreement(jsonLD: try AgreementFolder.read(file))
            return Row(file: file, agreement: agreement.uid, remarks: agreement.check(), error: nil)
        } catch let error as ScanError {
            return Row(file: file, agreement: nil, remarks: [], error: error.detail)
        } catch {
            return Row(file: file, agreement: nil, remarks: [], error: "\(file): \(error)")
        }
    }

    private static func print(_ row: Row) {
        if let error = row.error { return Terminal.line(error) }
        let count = row.remarks.isEmpty ? "good" : "\(row.remarks.count) remarks"
        Terminal.line("\(row.file): \(row.agreement ?? ""): \(count)")
        for remark in row.remarks {
            Terminal.line(
                "  \(remark.severity.rawValue) at \(remark.pointer.isEmpty ? "/" : remark.pointer): \(remark.detail)"
            )
        }
    }
}

struct AgreementEvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate", abstract: "Ask agreements whether a party may do something.",
        discussion: """
            Left operands that are not given count as not observed.

            Example:
              selvage agreement evaluate 001.jsonld --party https://parties.example/loomworks-gmbh \\
                --action slv:manufacture --target https://assets.example/patterns/fern-trellis \\
                --fact spatial=DE --fact product=home-textile --fact slv:runSize=400 \\
                --fact slv:cumulativeUnits=400
            """)

    @Argument(help: ArgumentHelp("The agreements' files.", valueName: "file"))
    var files: [String]

    @Option(help: ArgumentHelp("Who asks; without it, nobody identified.", valueName: "party"))
    var party: String?

    @Option(
        help: ArgumentHelp(
            "What is asked for: odrl:sell, odrl:display, slv:manufacture …", valueName: "action"))
    var action: String

    @Option(help: ArgumentHelp("The asset.", valueName: "asset"))
    var target: String

    @Option(
        help: ArgumentHelp("An observed value, OPERAND=VALUE; may be repeated.", valueName: "fact"))
    var fact: [String] = []

    @Option(
        help: ArgumentHelp(
            "A duty that is paid, DUTY=AMOUNT; may be repeated.", valueName: "payment"))
    var paid: [String] = []

    @OptionGroup var output: OutputOptions

    mutating func run() throws {
        let agreements = try files.map { file in
            do {
                return try Agreement(jsonLD: try AgreementFolder.read(file))
            } catch let error as AgreementError {
                throw Failure("\(file): \(error)")
            }
        }
        var world = WorldState()
        for (name, value) in try fact.map({ try Self.pair($0, "--fact") }) {
            world.values[name, default: []].append(value)
        }
        for (duty, amount) in try paid.map({ try Self.pair($0, "--paid") }) {
            guard let sum = JSONValue.string(amount).decimal else {
                throw Failure.usage("--paid \(duty)=\(amount): not an amount")
            }
            world.paid[duty] = sum
        }
        let request = EvaluationRequest(action: action, party: party, target: target)
        let verdict = evaluate(request, in: world, against: agreements)
        if output.json { return try Terminal.json(verdict) }
        Terminal.line("\(verdict.kind.rawValue): \(verdict.explanation)")
        for rule in verdict.rules { Terminal.line("  rule     \(rule)") }
        for owed in verdict.owed {
            Terminal.line("  owed     \(owed.amount) \(owed.currency) to \(owed.to)")
        }
        for operand in verdict.failedOperands { Terminal.line("  fails    \(operand)") }
        for operand in verdict.missing { Terminal.line("  missing  \(operand)") }
    }

    private static func pair(_ text: String, _ option: String) throws -> (String, String) {
        let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
        guard parts.count == 2 else {
            throw Failure.usage("\(option) \(text): has to be NAME=VALUE")
        }
        return (parts[0], parts[1])
    }
}
