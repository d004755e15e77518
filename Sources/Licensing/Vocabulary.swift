// The words of ODRL 2.2 and of the Selvage profile: actions with their inclusion, operands, operators.

/// The vocabulary that agreements are written in.
///
/// - Source: ODRL Vocabulary & Expression 2.2 (W3C Recommendation 2018-02-15), sections 4.3 to 4.7,
///   and the profile `https://w3id.org/selvage/ns`.
public enum Vocabulary {
    static let odrl = "http://www.w3.org/ns/odrl/2/"
    static let slv = "https://w3id.org/selvage/ns#"

    /// Each action with the action that includes it; `use` and `transfer` are the two tops.
    static let includedIn: [String: String] = {
        var table = [
            "odrl:display": "odrl:play", "odrl:extract": "odrl:reproduce",
            "odrl:give": "odrl:transfer", "odrl:sell": "odrl:transfer",
            "slv:manufacture": "odrl:reproduce", "slv:trainModel": "odrl:use",
            "slv:reverseEngineer": "odrl:extract", "slv:recolour": "odrl:modify",
            "slv:withdraw": "odrl:use", "slv:reportUsage": "odrl:inform",
        ]
        for name in includedInUse { table["odrl:" + name] = "odrl:use" }
        return table
    }()

    private static let includedInUse = [
        "grantUse", "compensate", "acceptTracking", "aggregate", "annotate", "anonymize",
        "archive", "attribute", "concurrentUse", "delete", "derive", "digitize", "distribute",
        "ensureExclusivity", "execute", "include", "index", "inform", "install", "modify",
        "move", "nextPolicy", "obtainConsent", "play", "present", "print", "read", "reproduce",
        "reviewPolicy", "stream", "synchronize", "textToSpeech", "transform", "translate",
        "uninstall", "watermark",
    ]

    /// Deprecated actions, and the ones that ODRL 2.2 says they equal.
    static let replacements = [
        "odrl:copy": "odrl:reproduce", "odrl:preview": "odrl:present",
        "odrl:export": "odrl:transform", "odrl:license": "odrl:grantUse",
        "odrl:pay": "odrl:compensate", "odrl:write": "odrl:modify", "odrl:writeTo": "odrl:modify",
        "odrl:append": "odrl:modify", "odrl:appendTo": "odrl:modify",
        "odrl:extractChar": "odrl:extract", "odrl:extractPage": "odrl:extract",
        "odrl:extractWord": "odrl:extract",
    ]

    /// Whether a rule about one action speaks about another: the same, or included at any depth.
    ///
    /// Inclusion goes from general to special only: a permission to manufacture does not permit to
    /// reproduce.
    public static func includes(_ general: String, _ special: String) -> Bool {
        var action: String? = special
        while let name = action {
            if name == general { return true }
            action = includedIn[name]
        }
        return false
    }

    /// Whether an action is one that ODRL or the profile defines.
    static func knows(action: String) -> Bool {
        includedIn[action] != nil || action == "odrl:use" || action == "odrl:transfer"
    }

    /// Left operands that say how much, which a tier may limit.
    public static let quantities: Set<String> = ["slv:runSize", "slv:cumulativeUnits", "count"]

    static let operands: Set<String> = [
        "absolutePosition", "absoluteSpatialPosition", "absoluteTemporalPosition", "absoluteSize",
        "count", "dateTime", "delayPeriod", "deliveryChannel", "device", "elapsedTime", "event",
        "fileFormat", "industry", "language", "media", "meteredTime", "payAmount", "percentage",
        "product", "purpose", "recipient", "relativePosition", "relativeSpatialPosition",
        "relativeTemporalPosition", "relativeSize", "resolution", "spatial", "spatialCoordinates",
        "system", "systemDevice", "timeInterval", "unitOfCount", "version", "virtualLocation",
        "slv:cumulativeUnits", "slv:runSize", "slv:colourway", "slv:perUnit", "slv:manifest",
    ]

    /// What an agreement may require of an asset's manifest with `slv:manifest`: the names that
    /// `asset audit --require` takes.
    public static let manifestStatements: Set<String> = [
        "sourceType", "modelVersion", "dataSets", "humanCoefficient", "rightPerComponent",
        "rights", "trainingMining", "softBinding",
    ]

    static let profileWords: Set<String> = [
        "manufacture", "trainModel", "reverseEngineer", "recolour", "withdraw", "reportUsage",
        "cumulativeUnits", "runSize", "colourway", "perUnit", "manifest",
    ]

    /// What an operand is called when one speaks to people.
    static func phrase(_ operand: String) -> String {
        switch operand {
        case "spatial": "territory"
        case "product": "product category"
        case "deliveryChannel": "channel"
        case "dateTime": "date"
        case "slv:runSize": "units in the run"
        case "slv:cumulativeUnits": "units so far"
        case "count": "number of runs"
        case "slv:colourway": "colourway"
        case "slv:manifest": "what the asset's manifest says"
        case "assignee": "who is behind the use"
        default: operand
        }
    }
}
