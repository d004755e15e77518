// `selvage decode-worker`: the child process in which images are decoded; not for people.

import ArgumentParser
import Foundation
import Imaging

struct DecodeWorkerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decode-worker", abstract: "Decodes images for another process.",
        shouldDisplay: false)

    mutating func run() throws {
        Foundation.exit(DecodeWorker.run())
    }
}
