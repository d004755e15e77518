// What became of open findings that a scan did not see again.

internal import Persistence
public import SelvageTypes

/// What became of an open finding that a scan did not see again.
public struct TakedownCheck: Hashable, Sendable, Codable {
    /// What became of it.
    public enum State: String, Hashable, Sendable, Codable, CaseIterable {
        /// The page answered, and does not show the picture any more.
        case pictureRemoved = "picture-removed"
        /// The page is gone.
        case pageGone = "page-gone"
        /// The page could not be looked at, so nothing can be said.
        case notChecked = "not-checked"

        /// A phrase for people.
        public var phrase: String {
            switch self {
            case .pictureRemoved: "the page does not show the picture any more"
            case .pageGone: "the page is gone"
            case .notChecked: "the page could not be checked"
            }
        }
    }

    /// The finding.
    public var finding: String
    /// The page on which it was seen.
    public var page: WebAddress
    /// What became of it.
    public var state: State

    /// Whether a finding has to be accounted for: it is open and nothing of it was seen again.
    ///
    /// A sighting's id is the same in every scan; a finding's changes with the quarter.
    static func isUnseen(_ finding: Finding, among seen: Set<String>) -> Bool {
        finding.isFinding && !finding.sightings.isEmpty
            && !finding.sightings.contains { seen.contains($0.id) }
    }

    /// What became of a page, from what the frontier knows after a scan.
    static func state(_ entries: [FrontierEntry], scan: Int64) -> State {
        guard let page = entries.first(where: { $0.kind != .image }) else { return .notChecked }
        // What was gone is not asked again until something links to it.
        if page.reason == .gone { return .pageGone }
        guard page.doneInScan == scan, page.reason == nil else { return .notChecked }
        return .pictureRemoved
    }
}
