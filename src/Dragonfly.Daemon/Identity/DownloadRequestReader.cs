// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Digests;
using Dragonfly.Core.Failures;
using Dragonfly.Core.Ids;
using Dragonfly.Core.Pieces;
using Dragonfly.Core.Urls;
using Dragonfly.Daemon.Announcing;
using Dragonfly.Daemon.Downloads;
using Dragonfly.Daemon.Options;
using Dragonfly.Hosting.Dynamic;
using Dragonfly.Storage;

namespace Dragonfly.Daemon.Identity;

/// <summary>Checks a Download message and names its task: the block list first, then the form of everything. Thread safe.</summary>
internal sealed class DownloadRequestReader(
    IDynamicConfig<DaemonDynamicConfig> config, LocalHost host, DaemonOptions options, DaemonTelemetry telemetry)
{
    private const string RangeHeader = "range";

    /// <summary>Reads a request.</summary>
    /// <param name="message">The message; null when the caller left it out.</param>
    /// <param name="isFromNetwork">It came by the upload service: no path is honoured, and a seed's work goes on without the caller.</param>
    /// <returns>The request, or Denied or Invalid.</returns>
    public Result<DownloadRequest> Read(Wire.Download? message, bool isFromNetwork)
    {
        if (message is null)
        {
            return Invalid("The request has no download.");
        }

        if (IsBlocked(message))
        {
            telemetry.Blocked(message);
            return new Failure(FailureKind.Denied, FailureSource.Caller, "The cluster's block list forbids this download.");
        }

        if (message.Type != Wire.TaskType.Standard)
        {
            return Invalid($"Tasks of type {message.Type} are not downloaded by this call.");
        }

        if (message.PieceLength is not 0 and (< PieceLayout.MinPieceLength or > PieceLayout.MaxPieceLength))
        {
            return Invalid($"A piece length of {message.PieceLength} is outside {PieceLayout.MinPieceLength} to {PieceLayout.MaxPieceLength} bytes.");
        }

        ContentDigest? digest = null;
        if (message.HasDigest && message.Digest.Length > 0 && !ContentDigest.TryParse(message.Digest, out digest))
        {
            return Invalid($"'{message.Digest}' is not a digest: write for example sha256: and 64 hexadecimal digits.");
        }

        var task = TaskIdRules.OfStandard(ToKey(message));
        if (!task.IsSuccess)
        {
            return task.Failure;
        }

        var range = ReadRange(message);
        if (!range.IsSuccess)
        {
            return range.Failure;
        }

        if (!Uri.TryCreate(message.Url, UriKind.Absolute, out var url))
        {
            return Invalid("The URL is not absolute.");
        }

        return new DownloadRequest
        {
            TaskId = task.Value,
            Url = url,
            Headers = ReadHeaders(message),
            Wire = message,
            Details = ToDetails(message),
            Range = range.Value.Range,
            Digest = digest,
            PieceLength = LengthOf(message),
            DisableBackToSource = message.DisableBackToSource,
            NeedBackToSource = message.NeedBackToSource,
            KeepGoing = isFromNetwork && message.NeedBackToSource,
            IsImmutable = message.EnableTaskIdBasedBlobDigest && message.Url.Contains("/blobs/sha256:", StringComparison.Ordinal),
        };
    }

    private static Failure Invalid(string detail) => new(FailureKind.Invalid, FailureSource.Caller, detail);

    private static long? LengthOf(Wire.Download message) => message.HasPieceLength && message.PieceLength > 0 ? (long)message.PieceLength : null;

    private static StandardTaskKey ToKey(Wire.Download message) => new(message.Url)
    {
        Tag = message.Tag,
        Application = message.Application,
        Revision = message.HuggingFace?.Revision ?? message.ModelScope?.Revision ?? message.OpenCsg?.Revision,
        PieceLength = LengthOf(message),
        FilteredQueryParams = message.FilteredQueryParams,
        ContentForCalculatingTaskId = message.HasContentForCalculatingTaskId ? message.ContentForCalculatingTaskId : null,
        IsTaskIdBasedOnBlobDigest = message.EnableTaskIdBasedBlobDigest,
    };

    // What is remembered must not hold a signature: the filtered parameters are those that do.
    private static TaskDetails ToDetails(Wire.Download message) => new(
        WebUrl.TryParse(message.Url, out var url) ? CanonicalUrl.Of(url, message.FilteredQueryParams) : string.Empty,
        message.Tag,
        message.Application,
        [.. message.FilteredQueryParams],
        LengthOf(message));

    private static Result<(RangeRequest? Range, bool _)> ReadRange(Wire.Download message)
    {
        if (message.Range is { } range)
        {
            return range.Length > 0 && range.Start <= long.MaxValue / 2 && range.Length <= long.MaxValue / 2
                ? (new RangeRequest((long)range.Start, (long)(range.Start + range.Length) - 1), true)
                : Invalid("The range is empty or too large.");
        }

        var header = message.RequestHeader.FirstOrDefault(entry => entry.Key.Equals(RangeHeader, StringComparison.OrdinalIgnoreCase)).Value;
        if (header is null)
        {
            return (null, true);
        }

        var parsed = RangeRequest.Parse(header);
        return parsed.IsSuccess ? (parsed.Value, true) : parsed.Failure with { Kind = FailureKind.Rejected };
    }

    private Dictionary<string, string> ReadHeaders(Wire.Download message)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in options.Backend.RequestHeader)
        {
            headers[name] = value;
        }

        foreach (var (name, value) in message.RequestHeader)
        {
            headers[name] = value;
        }

        headers.Remove(RangeHeader);
        return headers;
    }

    private bool IsBlocked(Wire.Download message)
    {
        var current = config.Current;
        var list = host.IsSeed ? current.SeedClientBlockList : current.ClientBlockList;
        return list.Blocks(message.Application, message.Url, message.Tag, (int)message.Priority);
    }
}
