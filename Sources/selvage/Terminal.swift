// What people read: lines, tables and one line of progress, on the right stream.

import Foundation
import SelvageTypes
import Synchronization

/// Writing for people and for programs.
enum Terminal {
    /// Whether progress is worth showing: standard error is a terminal.
    static var showsProgress: Bool { isatty(STDERR_FILENO) == 1 }

    /// An answer, on standard output.
    static func line(_ text: String = "") {
        write(text + "\n", to: STDOUT_FILENO)
    }

    /// Something that went wrong, on standard error.
    static func error(_ text: String) {
        write("selvage: \(text)\n", to: STDERR_FILENO)
    }

    /// Something on the way, on standard error.
    static func note(_ text: String) {
        write(text + "\n", to: STDERR_FILENO)
    }

    /// Lines of progress that the next ones replace; nothing when piped.
    static func progress(_ lines: String...) { progress(lines) }

    /// Lines of progress that the next ones replace; nothing when piped.
    static func progress(_ lines: [String]) {
        guard showsProgress else { return }
        let width = columns - 1
        let text = lines.map { TextTable.printable($0).prefix(width) }.joined(separator: "\r\n")
        shown.withLock { shown in
            write(erasing(shown) + text, to: STDERR_FILENO)
            shown = lines.count
        }
    }

    /// Removes the lines of progress.
    static func endProgress() {
        guard showsProgress else { return }
        shown.withLock { shown in
            write(erasing(shown), to: STDERR_FILENO)
            shown = 0
        }
    }

    /// Lines of progress on the screen.
    private static let shown = Mutex(0)

    /// Back to the first of so many lines, and nothing from there on.
    private static func erasing(_ lines: Int) -> String {
        (lines > 1 ? "\u{1b}[\(lines - 1)A" : "") + "\r\u{1b}[J"
    }

    /// One JSON object, canonical, on a line of standard output.
    static func json(_ value: some Encodable) throws {
        line(try JSONValue(encoding: value).canonicalText)
    }

    private static var columns: Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 20 else {
            return 80
        }
        return Int(size.ws_col)
    }

    private static func write(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes {
                Foundation.write(descriptor, $0.baseAddress, $0.count)
            }
            if written < 0 && errno == EINTR { continue }
            guard written > 0 else { return }
            bytes = bytes.dropFirst(written)
        }
    }
}

/// A table in plain text: columns as wide as their widest cell.
struct TextTable {
    private let titles: [String]
    private var rows: [[String]] = []

    init(_ titles: String...) {
        self.titles = titles
    }

    mutating func add(_ cells: String...) {
        rows.append(cells.map(Self.printable))
    }

    var isEmpty: Bool { rows.isEmpty }

    /// The table with its titles, a line a row, each indented by two.
    var text: String {
        let all = [titles] + rows
        let widths = titles.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        return all.map { row in
            let cells = row.enumerated().map { column, cell in
                column == row.count - 1
                    ? cell : cell + String(repeating: " ", count: widths[column] - cell.count)
            }
            return "  " + cells.joined(separator: "  ")
        }.joined(separator: "\n")
    }

    /// Foreign text without control characters, so that no page can write to the terminal.
    static func printable(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map {
                    $0.properties.generalCategory == .control
                        || $0.properties.generalCategory == .format
                        ? " " : $0
                }))
    }
}
