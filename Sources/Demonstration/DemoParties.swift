// The people of the demo: the studio, its licensees, a retailer, shops and a mill.

/// A party of the demo, all invented.
public struct DemoParty: Hashable, Sendable {
    /// `https://parties.example/NAME`.
    public let id: String
    /// The name people use.
    public let name: String

    private init(_ name: String, _ title: String) {
        id = "https://parties.example/\(name)"
        self.name = title
    }

    /// The licensor.
    public static let studioMarlow = DemoParty("studio-marlow", "Studio Marlow Ltd")
    /// Owns the textures of the hybrid patterns.
    public static let grainfieldModels = DemoParty("grainfield-models", "Grainfield Models BV")
    /// A licensee with a web shop of its own.
    public static let loomworks = DemoParty("loomworks", "Loomworks GmbH")
    /// A licensee whose goods the mill weaves.
    public static let linnetHome = DemoParty("linnet-home", "Linnet Home Textiles GmbH")
    /// A licensee for wallpaper whose agreement has ended.
    public static let papierSorel = DemoParty("papier-sorel", "Papier Sorel SAS")
    /// A retailer of Loomworks' goods.
    public static let harbourAndHale = DemoParty("harbour-and-hale", "Harbour & Hale Ltd")
    /// The mill.
    public static let talbachMill = DemoParty("talbach-mill", "Weberei Talbach GmbH")
    /// The marketplace; who sells on it is not the marketplace.
    public static let tradewell = DemoParty("tradewell-market", "Tradewell Market")
}
