// `selvage plan`: write and check crawl plans.

import ArgumentParser
import Foundation
import Monitoring

struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Write, check and explain crawl plans.",
        subcommands: [PlanNewCommand.self, PlanCheckCommand.self, PlanExplainCommand.self])
}

struct PlanNewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Print a plan to fill in.",
        discussion: "Example:\n  selvage plan new --seed https://shop.example/fabric > fabric.yaml")

    @Option(help: ArgumentHelp("Where the scan starts.", valueName: "address"))
    var seed = "https://shop.example/collections/fabric"

    @Option(help: ArgumentHelp("The plan's name.", valueName: "name"))
    var name = "my-plan"

    @Option(help: ArgumentHelp("The catalogue's folder.", valueName: "folder"))
    var catalogue = "catalogue"

    mutating func run() throws {
        Terminal.line(PlanTemplate.text(name: name, seed: seed, catalogue: catalogue))
    }
}

struct PlanCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check plans and say, by line, what is wrong.",
        discussion: "Example:\n  selvage plan check Crawlers/Plans/demo.yaml")

    @Argument(help: ArgumentHelp("The plans' files.", valueName: "plan"))
    var plans: [String]

    @OptionGroup var output: OutputOptions

    mutating func run() throws {
        var problems: [PlanProblem] = []
        for file in plans {
            do {
                let reading = try PlanReader.read(file: file)
                problems += reading.notes
                if !output.json { Terminal.line("\(file): good; \(reading.plan.summary)") }
            } catch {
                problems += error.problems
            }
        }
        if output.json {
            try Terminal.json(problems)
        } else {
            for problem in problems { Terminal.line(problem.description) }
        }
        let errors = problems.count { !$0.isWarning }
        guard errors == 0 else {
            throw Failure("\(errors) problem\(errors == 1 ? "" : "s") to mend")
        }
    }
}
