// The command: arguments in, one call, answer out.

import ArgumentParser
import CProcess
import Foundation

/// `selvage`, the command of rights holders, compliance teams and cron.
@main
struct SelvageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "selvage",
        abstract: "Finds where licensed patterns are used, and whether an agreement covers it.",
        discussion: """
            Exit status: 0 done (with findings or without), 1 failed, 2 wrong usage, \
            3 findings when --fail-on-findings is given.

            First steps:
              selvage demo                      a whole scan on this machine, nothing needed
              selvage plan new > fabric.yaml    a plan to fill in
              selvage scan fabric.yaml          run it now
              selvage serve                     console and licensing server
            """,
        version: "0.1.0",
        subcommands: [
            ScanCommand.self, RunDueCommand.self, ServeCommand.self, DemoCommand.self,
            PlanCommand.self, AssetCommand.self, CatalogueCommand.self, MatchCommand.self,
            AgreementCommand.self, CaseCommand.self, EvidenceCommand.self, KeysCommand.self,
            WatermarkCommand.self, CrawlCommand.self,
            LeakCommand.self, LedgerCommand.self, FetchCommand.self, DoctorCommand.self,
            DecodeWorkerCommand.self,
        ])

    /// Runs the command and ends the process with a documented exit status.
    nonisolated static func main() async {
        // A reader that closed its pipe (`selvage … | head`) is no reason to die by a signal.
        signal(SIGPIPE, SIG_IGN)
        // One heap a processor: glibc's eight keep several times the memory for the same speed.
        mallopt(M_ARENA_MAX, Int32(ProcessInfo.processInfo.activeProcessorCount))
        do {
            var command = try Self.parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let failure as Failure {
            Terminal.error(failure.message)
            Foundation.exit(failure.status)
        } catch {
            exit(withArgumentError: error)
        }
    }

    private static func exit(withArgumentError error: any Error) -> Never {
        let code = exitCode(for: error)
        let message = fullMessage(for: error)
        if code.isSuccess {
            if !message.isEmpty { Terminal.line(message) }
        } else if code == .validationFailure {
            Terminal.error(message)
            Foundation.exit(2)
        } else if !(error is ExitCode) {
            Terminal.error(Failure(error).message)
        }
        Foundation.exit(code.rawValue)
    }
}
