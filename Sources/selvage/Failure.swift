// A command that could not do what it was asked: one clear line, and the exit status.

import Fetching
import Foundation

/// A command that could not do what it was asked.
struct Failure: Error {
    /// What, where, what to do.
    let message: String
    /// 1 failed, 2 wrong usage, 3 findings under `--fail-on-findings`.
    let status: Int32

    init(_ message: String, status: Int32 = 1) {
        self.message = message
        self.status = status
    }

    /// Any error as a line for people.
    init(_ error: any Error) {
        if let failure = error as? Failure {
            self = failure
        } else if error is CancellationError {
            self.init("stopped; the same command goes on where it was")
        } else if let error = error as? FetcherStartError {
            self.init(error.detail)
        } else {
            self.init("\(error)")
        }
    }

    static func usage(_ message: String) -> Failure {
        Failure(message, status: 2)
    }
}
