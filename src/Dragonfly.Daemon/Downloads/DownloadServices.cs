// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Daemon.Announcing;
using Dragonfly.Daemon.Membership;
using Dragonfly.Daemon.Options;
using Dragonfly.Daemon.Pieces;
using Microsoft.Extensions.Logging;

namespace Dragonfly.Daemon.Downloads;

/// <summary>What every <see cref="TaskDownload"/> needs. Immutable.</summary>
/// <param name="Store">Where pieces are.</param>
/// <param name="Origin">Fetches from origins.</param>
/// <param name="Parents">Fetches from parents.</param>
/// <param name="Collector">Asks parents what they have.</param>
/// <param name="Schedulers">The schedulers in use.</param>
/// <param name="Patience">How a frozen scheduler is known.</param>
/// <param name="KnownPeers">Hosts that served before.</param>
/// <param name="TlsMismatches">Parents that speak TLS otherwise than we do.</param>
/// <param name="Background">Owns what goes on after a download ended.</param>
/// <param name="Host">This host.</param>
/// <param name="Options">Settings.</param>
/// <param name="Telemetry">Measurements.</param>
/// <param name="Time">The clock.</param>
/// <param name="Loggers">Makes the log.</param>
internal sealed record DownloadServices(
    StoreHandle Store,
    OriginFetcher Origin,
    ParentFetcher Parents,
    PieceCollector Collector,
    ISchedulers Schedulers,
    Patience Patience,
    KnownPeers KnownPeers,
    TlsMismatches TlsMismatches,
    BackgroundTasks Background,
    LocalHost Host,
    DaemonOptions Options,
    DaemonTelemetry Telemetry,
    TimeProvider Time,
    ILoggerFactory Loggers);
