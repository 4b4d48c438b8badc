// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics.Metrics;
using Dragonfly.Core.Ids;
using Dragonfly.Core.Pieces;

namespace Dragonfly.Daemon;

/// <summary>All measurements of a dfdaemon, under the original's names (reference/client.md §4.7) plus ours. Thread safe.</summary>
internal sealed class DaemonTelemetry
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Dragonfly.Daemon";

    // 1 ms to 2.3 h, each twice the one before: the limits that the original's client uses.
    private static readonly InstrumentAdvice<double> _times = new() { HistogramBucketBoundaries = [.. Enumerable.Range(0, 24).Select(i => Math.Pow(2, i))] };

    private readonly Meter _meter;
    private readonly Counter<long> _downloads;
    private readonly Counter<long> _downloadFailures;
    private readonly UpDownCounter<long> _concurrentDownloads;
    private readonly Counter<long> _blocked;
    private readonly Counter<long> _traffic;
    private readonly Counter<long> _uploaded;
    private readonly UpDownCounter<long> _concurrentUploads;
    private readonly Counter<long> _originRequests;
    private readonly Counter<long> _originFailures;
    private readonly Histogram<double> _originDuration;
    private readonly Histogram<double> _taskDuration;
    private readonly Counter<long> _corrupt;
    private readonly Counter<long> _withoutScheduler;
    private readonly Counter<long> _tlsMismatches;
    private readonly Counter<long> _passed;

    /// <summary>Makes the instruments.</summary>
    /// <param name="meters">Where meters come from; what it makes is shown by the metrics endpoint.</param>
    public DaemonTelemetry(IMeterFactory meters)
    {
        var meter = _meter = meters.Create(MeterName);
        _downloads = meter.CreateCounter<long>("dragonfly_client_download_task_total", null, "Downloads that callers asked for.");
        _downloadFailures = meter.CreateCounter<long>("dragonfly_client_download_task_failure_total", null, "Downloads that failed.");
        _concurrentDownloads = meter.CreateUpDownCounter<long>("dragonfly_client_concurrent_download_task_total", null, "Downloads under way.");
        _blocked = meter.CreateCounter<long>("dragonfly_client_download_task_blocked_total", null, "Downloads that the block list refused.");
        _traffic = meter.CreateCounter<long>("dragonfly_client_download_traffic", null, "Bytes of content by where they came from.");
        _uploaded = meter.CreateCounter<long>("dragonfly_client_upload_traffic", null, "Bytes of content sent to other peers.");
        _concurrentUploads = meter.CreateUpDownCounter<long>("dragonfly_client_concurrent_upload_piece_total", null, "Pieces that are being sent to other peers.");
        _originRequests = meter.CreateCounter<long>("dragonfly_client_backend_request_total", null, "Requests to origins.");
        _originFailures = meter.CreateCounter<long>("dragonfly_client_backend_request_failure_total", null, "Requests to origins that failed.");
        _originDuration = meter.CreateHistogram("dragonfly_client_backend_request_duration_milliseconds", null, "Time from a request to an origin to the head of its answer.", null, _times);
        _taskDuration = meter.CreateHistogram("dragonfly_client_download_task_duration_milliseconds", null, "Time of successful downloads, by size level.", null, _times);
        _corrupt = meter.CreateCounter<long>("dragonfly_client_piece_digest_mismatch_total", null, "Pieces whose digest was wrong, by the parent's host.");
        _withoutScheduler = meter.CreateCounter<long>("dragonfly_client_download_without_scheduler_total", null, "Downloads that no scheduler answered.");
        _tlsMismatches = meter.CreateCounter<long>("dragonfly_client_parent_tls_mismatch_total", null, "Parents that could not be used because one side speaks TLS and the other does not.");
        _passed = meter.CreateCounter<long>("dragonfly_client_download_without_storing_total", null, "Downloads passed on to their caller without being stored, for want of room.");
        var version = new KeyValuePair<string, object?>[]
        {
            new("git_version", ThisAssembly.Version), new("git_commit", "unknown"), new("platform", "dotnet"), new("build_time", "unknown"),
        };
        meter.CreateObservableGauge("dragonfly_client_version", () => new Measurement<int>(1, version), null, "The program; always 1.");
    }

    /// <summary>A download began.</summary>
    /// <param name="request">What was asked.</param>
    public void DownloadStarted(Wire.Download request)
    {
        _downloads.Add(1, Labels(request));
        _concurrentDownloads.Add(1, Labels(request));
    }

    /// <summary>A download ended.</summary>
    /// <param name="request">What was asked.</param>
    /// <param name="isSuccess">It succeeded.</param>
    /// <param name="length">Bytes of the content.</param>
    /// <param name="took">How long.</param>
    public void DownloadEnded(Wire.Download request, bool isSuccess, long length, TimeSpan took)
    {
        _concurrentDownloads.Add(-1, Labels(request));
        if (!isSuccess)
        {
            _downloadFailures.Add(1, Labels(request));
            return;
        }

        _taskDuration.Record(took.TotalMilliseconds, new("task_type", (int)request.Type), new("task_size_level", SizeLevel(length)));
    }

    /// <summary>A request was refused by the block list.</summary>
    /// <param name="request">What was asked.</param>
    public void Blocked(Wire.Download request) => _blocked.Add(1, new KeyValuePair<string, object?>("type", (int)request.Type));

    /// <summary>Bytes came.</summary>
    /// <param name="from">Where from.</param>
    /// <param name="bytes">How many.</param>
    public void Downloaded(PieceOrigin from, long bytes) => _traffic.Add(bytes, new KeyValuePair<string, object?>("type", TrafficName(from)));

    /// <summary>Bytes went to a child.</summary>
    /// <param name="bytes">How many.</param>
    public void Uploaded(long bytes) => _uploaded.Add(bytes);

    /// <summary>A child's piece began or ended.</summary>
    /// <param name="change">1 or -1.</param>
    public void Uploading(int change) => _concurrentUploads.Add(change);

    /// <summary>An origin was asked.</summary>
    /// <param name="scheme">The URL's scheme.</param>
    /// <param name="isSuccess">It answered well.</param>
    /// <param name="took">Until the answer's head.</param>
    public void OriginAsked(string scheme, bool isSuccess, TimeSpan took)
    {
        var label = new KeyValuePair<string, object?>("scheme", scheme);
        var method = new KeyValuePair<string, object?>("method", "GET");
        _originRequests.Add(1, label, method);
        _originDuration.Record(took.TotalMilliseconds, label, method);
        if (!isSuccess)
        {
            _originFailures.Add(1, label, method);
        }
    }

    /// <summary>A parent's piece was wrong.</summary>
    /// <param name="parent">The parent's host.</param>
    public void CorruptPiece(HostId parent) => _corrupt.Add(1, new KeyValuePair<string, object?>("parent", parent.Text));

    /// <summary>A download went on without any scheduler.</summary>
    public void WithoutScheduler() => _withoutScheduler.Add(1);

    /// <summary>A parent could not be used because TLS failed.</summary>
    public void TlsMismatched() => _tlsMismatches.Add(1);

    /// <summary>A download is passed on without being stored.</summary>
    public void Passed() => _passed.Add(1);

    /// <summary>Shows how large the disk of the store is, and how much of it is used, by whomever.</summary>
    /// <param name="folder">A folder on it.</param>
    public void ShowDisk(string folder)
    {
        _meter.CreateObservableGauge("dragonfly_client_disk_space_total", () => OfDisk(folder, disk => disk.TotalSize), null, "Bytes of the disk that holds the store.");
        _meter.CreateObservableGauge(
            "dragonfly_client_disk_usage_space_total", () => OfDisk(folder, disk => disk.TotalSize - disk.TotalFreeSpace), null, "Bytes of that disk that are in use.");
    }

    private static IEnumerable<Measurement<long>> OfDisk(string folder, Func<DriveInfo, long> read)
    {
        try
        {
            return [new(read(new DriveInfo(folder)))];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A disk that does not answer must not take the other metrics with it.
            return [];
        }
    }

    private static string TrafficName(PieceOrigin from) => from switch
    {
        PieceOrigin.BackToSource => "BACK_TO_SOURCE",
        PieceOrigin.RemotePeer => "REMOTE_PEER",
        _ => "LOCAL_PEER",
    };

    private static KeyValuePair<string, object?>[] Labels(Wire.Download request) =>
    [
        new("type", (int)request.Type), new("tag", request.Tag), new("app", request.Application), new("priority", (int)request.Priority),
    ];

    // 0; under 1, 4, 8, 16 … MiB; 20 from 1 TiB on (reference/client.md §4.7).
    private static int SizeLevel(long length) => length switch
    {
        0 => 0,
        < 1L << 20 => 1,
        < 4L << 20 => 2,
        _ => Math.Min(20, 64 - System.Numerics.BitOperations.LeadingZeroCount((ulong)length) - 20),
    };
}
