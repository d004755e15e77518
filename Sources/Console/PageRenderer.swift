// Turns a template and its values into a page; the one place where foreign text becomes HTML.

internal import Mustache

/// Escapes text for HTML, scalar by scalar.
///
/// The escaping of swift-mustache 2.1.1 goes by `Character`, so a quotation mark that carries a
/// combining mark is one unknown character to it and passes: `"` + U+0301 would close an attribute.
/// Control characters and those that turn the reading direction are shown as U+FFFD.
struct ScalarEscaping: MustacheContentType {
    func escapeText(_ text: String) -> String {
        var escaped = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "<": escaped.append(contentsOf: "&lt;".unicodeScalars)
            case ">": escaped.append(contentsOf: "&gt;".unicodeScalars)
            case "&": escaped.append(contentsOf: "&amp;".unicodeScalars)
            case "\"": escaped.append(contentsOf: "&quot;".unicodeScalars)
            case "'": escaped.append(contentsOf: "&#39;".unicodeScalars)
            case "`": escaped.append(contentsOf: "&#96;".unicodeScalars)
            case "\n", "\t": escaped.append(" ")
            default: escaped.append(Self.isHidden(scalar) ? "\u{fffd}" : scalar)
            }
        }
        return String(escaped)
    }

    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7f..<0xa0, 0x2028...0x202e, 0x2066...0x2069, 0xfeff: true
        default: false
        }
    }
}

/// Renders the console's pages.
struct PageRenderer: Sendable {
    /// The sections of the console.
    enum Section: String, CaseIterable {
        case findings = "/"
        case authorised = "/authorised"
        case coverage = "/coverage"

        var name: String {
            switch self {
            case .findings: "Findings"
            case .authorised: "Authorised"
            case .coverage: "Coverage"
            }
        }
    }

    private let library: MustacheLibrary

    init() {
        MustacheContentTypes.register(ScalarEscaping(), named: "SELVAGE")
        let texts = [
            "layout": Templates.layout, "findings": Templates.findings,
            "coverage": Templates.coverage, "finding": Templates.finding,
            "message": Templates.message, "link": Templates.link,
        ]
        library = MustacheLibrary(templates: texts.mapValues(Self.template))
    }

    private static func template(_ text: String) -> MustacheTemplate {
        do {
            // Every template names its escaping: the library goes back to its own in partials.
            return try MustacheTemplate(string: "{{% CONTENT_TYPE:SELVAGE}}" + text)
        } catch {
            preconditionFailure("A template of the console is well-formed: \(error)")
        }
    }

    private struct SectionLink {
        let name: String
        let address: String
        let isCurrent: Bool
    }

    private struct Layout {
        let title: String
        let sections: [SectionLink]
        let content: String
    }

    /// A whole page.
    func page(_ template: String, _ values: Any, title: String, in section: Section?) -> String {
        let content = library.render(values, withTemplate: template) ?? ""
        let sections = Section.allCases.map {
            SectionLink(name: $0.name, address: $0.rawValue, isCurrent: $0 == section)
        }
        return library.render(
            Layout(title: title, sections: sections, content: content), withTemplate: "layout")
            ?? ""
    }
}
