// swift-tools-version: 6.2
// The house of Selvage: three wings of modules whose imports only point down (ARCHITECTURE.md).

import PackageDescription

let arguments: Target.Dependency = .product(
    name: "ArgumentParser", package: "swift-argument-parser")
let asn1: Target.Dependency = .product(name: "SwiftASN1", package: "swift-asn1")
let certificates: Target.Dependency = .product(name: "X509", package: "swift-certificates")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let cryptoExtras: Target.Dependency = .product(name: "CryptoExtras", package: "swift-crypto")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let grdbSQLite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdTesting: Target.Dependency = .product(
    name: "HummingbirdTesting", package: "hummingbird")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let lifecycle: Target.Dependency = .product(
    name: "ServiceLifecycle", package: "swift-service-lifecycle")
let mustache: Target.Dependency = .product(name: "Mustache", package: "swift-mustache")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")

/// From a seed to captured bytes with a place and a time.
let crawlers: [Target] = [
    .systemLibrary(
        name: "CCurl", path: "Crawlers/CCurl", pkgConfig: "libcurl",
        providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(
        name: "CPacking", path: "Crawlers/CPacking",
        providers: [
            .apt(["libbrotli-dev", "libdeflate-dev", "libzstd-dev", "zlib1g-dev"])
        ]),
    .systemLibrary(
        name: "CXML2", path: "Crawlers/CXML2", pkgConfig: "libxml-2.0",
        providers: [.apt(["libxml2-dev"])]),
    .target(
        name: "Fetching", dependencies: ["CCurl", "CPacking", "SelvageTypes"],
        path: "Crawlers/Fetching"),
    .target(
        name: "Extraction", dependencies: ["CXML2", "SelvageTypes"], path: "Crawlers/Extraction"),
    .target(
        name: "Crawling", dependencies: ["Extraction", "SelvageTypes"], path: "Crawlers/Crawling"),
    .testTarget(name: "FetchingTests", dependencies: ["Fetching", "SelvageTypes"]),
    .testTarget(name: "ExtractionTests", dependencies: ["Extraction", "SelvageTypes"]),
    .testTarget(name: "CrawlingTests", dependencies: ["Crawling", "SelvageTypes"]),
]

/// From image bytes to the assets they show.
let signatures: [Target] = [
    .target(
        name: "CCodecs", path: "Signatures/CCodecs",
        linkerSettings: ["png", "jpeg", "webp", "webpdemux"].map { .linkedLibrary($0) }),
    .target(
        name: "CKernels", path: "Signatures/CKernels",
        cSettings: [.unsafeFlags(["-O2"], .when(configuration: .debug))]),
    .target(
        name: "CSpectra", path: "Signatures/CSpectra",
        cSettings: [.unsafeFlags(["-O2"], .when(configuration: .debug))]),
    .target(name: "CMapped", path: "Signatures/CMapped"),
    .target(
        name: "Imaging", dependencies: ["CCodecs", "SelvageTypes"], path: "Signatures/Imaging"),
    .target(
        name: "Recognition", dependencies: ["CKernels", "SelvageTypes"],
        path: "Signatures/Recognition"),
    .target(
        name: "Matching", dependencies: ["CMapped", "Recognition", "SelvageTypes"],
        path: "Signatures/Matching"),
    .target(
        name: "Watermarking", dependencies: ["CSpectra", "SelvageTypes", crypto],
        path: "Signatures/Watermarking"),
    .executableTarget(
        name: "DecodeWorkerProbe", dependencies: ["Imaging", "SelvageTypes"],
        path: "Tests/DecodeWorkerProbe"),
    .testTarget(
        name: "ImagingTests", dependencies: ["DecodeWorkerProbe", "Imaging", "SelvageTypes"],
        exclude: ["Fixtures"]),
    .testTarget(
        name: "RecognitionTests", dependencies: ["Imaging", "Recognition", "SelvageTypes"]),
    .testTarget(
        name: "MatchingTests",
        dependencies: ["Imaging", "Matching", "Recognition", "SelvageTypes", crypto]),
    .testTarget(
        name: "WatermarkingTests",
        dependencies: ["CSpectra", "Imaging", "SelvageTypes", "Watermarking"]),
]

/// What is permitted, proven, kept and shown.
let sources: [Target] = [
    .systemLibrary(
        name: "CIDN2", path: "Sources/CIDN2", pkgConfig: "libidn2",
        providers: [.apt(["libidn2-dev"])]),
    .systemLibrary(
        name: "CPSL", path: "Sources/CPSL", pkgConfig: "libpsl",
        providers: [.apt(["libpsl-dev"])]),
    .systemLibrary(
        name: "CZlib", path: "Sources/CZlib",
        providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(
        name: "CBrotli", path: "Sources/CBrotli",
        providers: [.apt(["libbrotli-dev"])]),
    .target(name: "CProcess"),
    .target(name: "SelvageTypes", dependencies: ["CIDN2", "CPSL", crypto]),
    .target(name: "Licensing", dependencies: ["SelvageTypes", crypto]),
    .target(name: "Persistence", dependencies: ["SelvageTypes", crypto, grdb, grdbSQLite]),
    .target(
        name: "Provenance",
        dependencies: ["CBrotli", "SelvageTypes", asn1, certificates, crypto, cryptoExtras]),
    .target(
        name: "Registering",
        dependencies: [
            "Imaging", "Matching", "Persistence", "Provenance", "Recognition", "SelvageTypes",
            "Watermarking", crypto, yams,
        ]),
    .testTarget(
        name: "RegisteringTests",
        dependencies: [
            "Imaging", "Matching", "Persistence", "Provenance", "Recognition", "Registering",
            "SelvageTypes", "Watermarking",
        ]),
    .target(name: "Casework", dependencies: ["CZlib", "Licensing", "SelvageTypes"]),
    .target(
        name: "Monitoring",
        dependencies: [
            "Casework", "Crawling", "Fetching", "Licensing", "Matching", "Persistence",
            "Provenance", "SelvageTypes", "Watermarking", crypto, logging, yams,
        ]),
    .target(
        name: "LicensingServer",
        dependencies: [
            "Licensing", "Persistence", "Provenance", "SelvageTypes", crypto, hummingbird, logging,
        ]),
    .target(
        name: "Console",
        dependencies: [
            "Casework", "Imaging", "SelvageTypes", httpTypes, hummingbird, mustache, logging,
        ]),
    .target(
        name: "Demonstration",
        dependencies: ["Imaging", "SelvageTypes", hummingbird, lifecycle, logging]),
    .executableTarget(
        name: "selvage",
        dependencies: [
            "CProcess", "Casework", "Console", "Demonstration", "Fetching", "Imaging", "Licensing",
            "LicensingServer", "Matching", "Monitoring", "Persistence", "Provenance",
            "Registering", "SelvageTypes", "Watermarking", arguments, hummingbird, logging,
        ]),
    .executableTarget(
        name: "StoreProbe", dependencies: ["Persistence", "SelvageTypes", crypto],
        path: "Tests/StoreProbe"),
    .testTarget(name: "SelvageTypesTests", dependencies: ["SelvageTypes"]),
    .testTarget(name: "LicensingTests", dependencies: ["Licensing", "SelvageTypes", crypto]),
    .testTarget(
        name: "PersistenceTests",
        dependencies: ["Persistence", "SelvageTypes", "StoreProbe", crypto, grdb]),
    .testTarget(
        name: "ProvenanceTests",
        dependencies: ["Provenance", "SelvageTypes", asn1, certificates, crypto],
        exclude: ["Files/Fixtures", "Ledger/Fixtures", "Manifests/Fixtures"]),
    .testTarget(name: "CaseworkTests", dependencies: ["Casework", "Licensing", "SelvageTypes"]),
    .testTarget(
        name: "LicensingServerTests",
        dependencies: [
            "Licensing", "LicensingServer", "Persistence", "Provenance", "SelvageTypes", crypto,
            httpTypes, hummingbird, hummingbirdTesting,
        ]),
    .testTarget(
        name: "ConsoleTests",
        dependencies: [
            "Casework", "Console", "Imaging", "SelvageTypes", httpTypes, hummingbird,
            hummingbirdTesting,
        ]),
    .testTarget(
        name: "DemonstrationTests",
        dependencies: [
            "Demonstration", "Extraction", "Imaging", "Licensing", "Matching", "Recognition",
            "SelvageTypes",
            hummingbird, hummingbirdTesting,
        ]),
    .testTarget(
        name: "MonitoringTests",
        dependencies: [
            "Casework", "Crawling", "Demonstration", "Licensing", "Matching", "Monitoring",
            "Persistence", "Provenance", "SelvageTypes", "Watermarking", logging,
        ]),
    .testTarget(
        name: "CommandTests",
        dependencies: [
            "CProcess", "Imaging", "Persistence", "SelvageTypes", "Watermarking", "selvage",
        ]),
    .testTarget(name: "TidyTests"),
]

let package = Package(
    name: "selvage",
    products: [.executable(name: "selvage", targets: ["selvage"])]
        + ["Imaging", "Matching", "Recognition", "SelvageTypes", "Watermarking"].map {
            // What the measurements in Benchmarks ask for.
            .library(name: $0, targets: [$0])
        },
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-asn1.git", exact: "1.7.4"),
        .package(url: "https://github.com/apple/swift-certificates.git", exact: "1.21.1"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", exact: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        .package(
            url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    ],
    targets: crawlers + signatures + sources
)

/// Modules that work on every pixel: unoptimised, a test of one picture would take seconds.
let busy: Set = [
    "Imaging", "Matching", "Provenance", "Recognition", "Registering", "Watermarking",
]

for target in package.targets where target.type != .system {
    let pace: [SwiftSetting] =
        busy.contains(target.name)
        ? [.unsafeFlags(["-O"], .when(configuration: .debug))] : []
    target.swiftSettings =
        pace + [
            .enableUpcomingFeature("ExistentialAny"),
            .enableUpcomingFeature("InternalImportsByDefault"),
            .enableUpcomingFeature("MemberImportVisibility"),
            .treatAllWarnings(as: .error),
        ]
}
