// Product categories: from what shops call things to the words that agreements use.

/// Joins a shop's category names to the codes of agreements.
///
/// A code is written as agreements write it: lower case with hyphens (`home-textile`) or with a
/// scheme (`gpc:10001351`); it stands for itself. A name for people (`Home & Garden > Linens`) is
/// looked up, first in the rights holder's table, then in the built-in one. A name that neither
/// knows gives no code: the clause is then undetermined, never broken.
public struct Categories: Hashable, Sendable {
    private let table: [String: [String]]

    /// Categories with the rights holder's own table: names in any case, with codes.
    public init(table: [String: [String]] = [:]) {
        self.table = Dictionary(
            table.map { (Self.slug($0.key), $0.value) }, uniquingKeysWith: { $0 + $1 })
    }

    /// The codes of a category; empty when it cannot be compared with an agreement's.
    ///
    /// - Parameter known: Codes that agreements in force use.
    public func codes(of category: String, known: Set<String>) -> [String] {
        let levels = category.split(separator: ">").map { Self.slug(String($0)) }
        let whole = Self.slug(category)
        if let own = table[whole] { return own }
        if category.wholeMatch(of: /[a-z0-9]+(-[a-z0-9]+)*/) != nil { return [category] }
        if category.wholeMatch(of: /[a-z][a-z0-9-]*:[^\s>]+/) != nil { return [category] }
        // The most special level that means something decides.
        for level in levels.reversed() {
            if let own = table[level] { return own }
            if known.contains(level) { return [level] }
            if let code = Self.builtIn[level] { return [code] }
        }
        return []
    }

    private static func slug(_ text: String) -> String {
        text.lowercased().split { !$0.isLetter && !$0.isNumber }.joined(separator: "-")
    }

    private static let builtIn: [String: String] = {
        let groups: [String: String] = [
            "home-textile": """
            home-textile home-textiles linens-bedding bedding throw-pillows cushions cushion \
            cushion-covers pillows curtains curtains-drapes table-linens tablecloths towels \
            blankets quilts-comforters bed-sheets duvet-covers rugs kitchen-towels
            """,
            "wallpaper": "wallpaper wallpapers wall-coverings wallcoverings",
            "fabric": "fabric fabrics textiles upholstery-fabric fabric-by-the-metre",
            "apparel": """
            apparel apparel-accessories clothing dresses shirts-tops shirts t-shirts skirts \
            scarves scarves-shawls swimwear outerwear
            """,
            "stationery": """
            stationery gift-wrapping wrapping-paper greeting-note-cards greeting-cards \
            notebooks notebooks-notepads
            """,
            "tableware": "tableware dinnerware plates mugs drinkware serveware",
            "phone-case": "phone-case phone-cases mobile-phone-cases",
        ]
        var table: [String: String] = [:]
        for (code, names) in groups {
            for name in names.split(separator: " ") { table[String(name)] = code }
        }
        return table
    }()
}
