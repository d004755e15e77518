// `selvage.yml`: settings of an installation, a flat mapping of texts.

internal import Foundation
internal import Yams

/// Reads a flat mapping of settings.
public enum SettingsFile {
    /// The settings in a file.
    ///
    /// - Throws: `PlanError` with everything that is wrong, by line.
    public static func read(path: String, keys: [String]) throws(PlanError) -> [String: String] {
        let list = ProblemList(file: path)
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw PlanError([
                PlanProblem(file: path, line: 0, message: "cannot be read; check its permissions.")
            ])
        }
        var values: [String: String] = [:]
        do {
            if let root = try Yams.compose(yaml: text),
                let section = YAMLSection(root, name: "the settings", keys: keys, list: list)
            {
                for key in keys { values[key] = section.text(key) }
            }
        } catch {
            list.add(
                "not valid YAML: \(error)".split(separator: "\n").joined(separator: " "), at: nil)
        }
        guard list.problems.isEmpty else { throw PlanError(list.problems) }
        return values
    }
}
