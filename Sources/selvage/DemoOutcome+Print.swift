// What came of the demo, for people.

import Demonstration
import Foundation
import Monitoring
import SelvageTypes

extension DemoOutcome {
    /// Prints the whole outcome.
    func print() {
        ScanPrinter.print(report)
        Terminal.line()
        printRecall()
        Terminal.line()
        printAccusations()
        Terminal.line()
        printAgreements()
        Terminal.line()
        let uses = books.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        Terminal.line(
            "The licensing server has applied \(received) reports, each once: \(uses.joined(separator: ", "))."
        )
        Terminal.line("Evidence \(tampering.file)")
        Terminal.line(
            "  with byte \(tampering.offset) changed: \(tampering.isRefused ? "refused" : "NOT REFUSED"): \(tampering.answer)"
        )
        Terminal.line(
            "Asked the shops and the mill \(requests.reduce(0) { $0 + $1.requests }) times in \(Int(seconds)) s, \(requests.reduce(0) { $0 + $1.behindRobots }) times behind robots.txt."
        )
        Terminal.line("Console: \(console)")
    }

    private func printRecall() {
        let score = score
        var table = TextTable("what was done to the pattern", "recognised", "of", "")
        for kind in PictureKind.allCases {
            guard let shown = score.shown[kind], shown > 0 else { continue }
            let found = score.found[kind] ?? 0
            table.add(
                kind.rawValue, String(found), String(shown),
                found == shown ? "" : "\(shown - found) missed")
        }
        Terminal.line("Recognised, by kind of misuse:")
        Terminal.line(table.text)
        if score.wholeImageRecall < 1 {
            Terminal.line("  Not every whole image was recognised; that is a fault:")
            for image in missedWholeImages { Terminal.line("    \(image)") }
        } else {
            Terminal.line(
                "  Whole images are recognised by their hash, the others by the features of the repeat."
            )
        }
    }

    private func printAccusations() {
        let wrong = falseAccusations
        Terminal.line("False accusations: \(wrong.isEmpty ? "none" : String(wrong.count))")
        for line in wrong { Terminal.line("  \(line)") }
        for line in otherDifferences { Terminal.line("  judged otherwise than expected: \(line)") }
    }

    private func printAgreements() {
        let earlier = Dictionary(uniqueKeysWithValues: before.map { ($0.uid, $0) })
        var table = TextTable("agreement", "before", "after", "counted")
        for standing in after {
            table.add(
                standing.uid, earlier[standing.uid]?.state ?? "new", standing.state, standing.units)
        }
        Terminal.line("Agreements:")
        Terminal.line(table.text)
    }
}
