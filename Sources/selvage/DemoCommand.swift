// `selvage demo`: a whole scan of four shops and a mill on this machine.

import ArgumentParser
import Demonstration
import Foundation
import Imaging
import Monitoring
import SelvageTypes

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo", abstract: "A whole scan of four shops and a mill on this machine.",
        discussion: """
            Serves four shops and a mill on loopback addresses, starts the licensing server and the \
            console, runs the plan in Crawlers/Plans/demo.yaml and prints what came of it. Running it \
            again with the same data folder reports nothing new; a run that was stopped is taken up.

            Examples:
              selvage demo --keep-open
              selvage demo --images my-patterns/ --json
            """)

    @Flag(help: "Leave shops, licensing server and console running until Ctrl-C.")
    var keepOpen = false

    @Option(
        help: ArgumentHelp(
            "Your own patterns (image files), added to the catalogue.", valueName: "folder"))
    var images: String?

    @Option(
        help: ArgumentHelp(
            "The shops' port; console and licensing server have the next two.", valueName: "port"))
    var port = 18470

    @Option(
        help: ArgumentHelp(
            "Only draw the catalogue, the agreements and the plan into this folder, and end.",
            valueName: "folder"))
    var draw: String?

    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1024...65533).contains(port) else {
            throw ValidationError("--port is from 1024 to 65533.")
        }
    }

    func run() async throws {
        if let draw { return try await Self.draw(into: draw, port: port) }
        let folder = try data.folder() + "/demo"
        let demo = Demo(
            folder: folder, port: port, images: images, keepOpen: keepOpen, json: output.json)
        do {
            try await stoppable { try await demo.run() }
        } catch is CancellationError {
            if !keepOpen { throw Failure("stopped; the same command goes on where it was") }
        }
    }

    /// Writes what the project keeps under `Signatures/Catalogues/demo` and `Crawlers/Plans`.
    private static func draw(into folder: String, port: Int) async throws {
        let world = DemoWorld(port: port)
        let decoders = Preparation.decoders()
        defer { decoders.shutDown() }
        try await DemoCatalogue(world: world).write(
            to: "\(folder)/Signatures/Catalogues/demo", decoder: decoders)
        let plans = "\(folder)/Crawlers/Plans"
        try FileManager.default.createDirectory(atPath: plans, withIntermediateDirectories: true)
        let plan = world.plan(reportingTo: "http://127.0.0.1:\(port + 2)/")
        try Data(plan.utf8).write(to: URL(fileURLWithPath: "\(plans)/demo.yaml"))
        Terminal.line(
            "\(folder): \(world.patterns.count) patterns, \(world.agreements.count) agreements, plan demo.yaml"
        )
    }
}
