// swift-tools-version: 6.2
// The benchmarks: programs that run what Selvage's README claims, beside its peers.

import PackageDescription

let package = Package(
    name: "benchmarks",
    dependencies: [.package(name: "selvage", path: "..")],
    targets: [
        .executableTarget(
            name: "HashBenchmark",
            dependencies: ["Imaging", "Recognition", "SelvageTypes"].map {
                .product(name: $0, package: "selvage")
            },
            path: "hashes/HashBenchmark"),
        // It looks inside Matching: built with `-Xswiftc -enable-testing`, and only when it is asked for.
        .executableTarget(
            name: "IndexBenchmark",
            dependencies: ["Imaging", "Matching", "Recognition", "SelvageTypes"].map {
                .product(name: $0, package: "selvage")
            },
            path: "matching/IndexBenchmark"),
        .executableTarget(
            name: "MarkBenchmark",
            dependencies: ["SelvageTypes", "Watermarking"].map {
                .product(name: $0, package: "selvage")
            },
            path: "marks/MarkBenchmark"),
    ]
)

for target in package.targets {
    target.swiftSettings = [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .treatAllWarnings(as: .error),
    ]
}
