// `selvage demo`: a whole scan of four shops and a mill on this machine.

import ArgumentParser
import Foundation
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
            "Your own patterns (PNG, JPEG, WebP), added to the catalogue.", valueName: "folder"))
    var images: String?

    @Option(
        help: ArgumentHelp(
            "The shops' port; console and licensing server have the next two.", valueName: "port"))
    var port = 18470

    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1024...65533).contains(port) else {
            throw ValidationError("--port is from 1024 to 65533.")
        }
    }

    func run() async throws {
        let folder = try data.folder() + "/demo"
        let demo = Demo(
            folder: folder, port: port, images: images, keepOpen: keepOpen, json: output.json)
        do {
            try await stoppable { try await demo.run() }
        } catch is CancellationError {
            if !keepOpen { throw Failure("stopped; the same command goes on where it was") }
        }
    }
}
