// What is wrong with a plan's file, and where, in words that help to mend it.

/// One thing that is wrong with a plan's file.
public struct PlanProblem: Hashable, Sendable, Codable, CustomStringConvertible {
    /// The file.
    public var file: String
    /// The line, from 1; 0 when it concerns the whole file.
    public var line: Int
    /// What is wrong and what to do.
    public var message: String
    /// Whether the plan runs all the same.
    public var isWarning: Bool

    /// A problem at a place.
    public init(file: String, line: Int, message: String, isWarning: Bool = false) {
        self.file = file
        self.line = line
        self.message = message
        self.isWarning = isWarning
    }

    /// `FILE:LINE: message`, the form that editors understand.
    public var description: String {
        let place = line > 0 ? "\(file):\(line)" : file
        return "\(place): \(isWarning ? "note: " : "")\(message)"
    }
}

/// A plan's file that cannot be used, with everything that is wrong in it.
public struct PlanError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The problems, by line.
    ///
    /// Never empty.
    public var problems: [PlanProblem]

    /// A plan's file that cannot be used.
    public init(_ problems: [PlanProblem]) {
        self.problems = problems
    }

    /// One line a problem.
    public var description: String {
        problems.map(\.description).joined(separator: "\n")
    }
}
