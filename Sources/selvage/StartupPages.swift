// Gives back the pages of code that only the start needed.

internal import CProcess
internal import Foundation

/// The pages of code that the start has touched.
///
/// Finding types, reading arguments and opening a store touch code all over the program and its
/// libraries; the kernel maps sixteen pages for each one asked for. A crawl needs a third of them, and
/// they would count as its memory for hours.
enum StartupPages {
    /// Takes all code out of this process's memory; what is needed comes back when it runs.
    ///
    /// Nothing is done under a debugger, whose break points would go with the pages.
    static func giveBack() {
        if !isTraced { selvage_give_back_code() }
    }

    private static var isTraced: Bool {
        guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else {
            return true
        }
        return !status.split(separator: "\n").contains("TracerPid:\t0")
    }
}
