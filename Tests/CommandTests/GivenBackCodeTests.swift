// Code that is given back leaves the memory and comes back when it runs.

import CProcess
import Foundation
import Testing

@Suite struct GivenBackCodeTests {
    /// Pages of files in this process's memory.
    ///
    /// - Source: proc_pid_statm(5), the third number.
    private func filePages() throws -> Int {
        let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
        return try #require(Int(text.split(separator: " ")[2]))
    }

    @Test("Code leaves the memory, and the process goes on")
    func leaves() throws {
        let before = try filePages()
        selvage_give_back_code()
        let after = try filePages()
        #expect(after < before, "\(before) pages, then \(after)")
        let numbers = (1...1000).map { String($0) }.sorted()
        #expect(numbers.first == "1" && numbers.last == "999")
    }
}
