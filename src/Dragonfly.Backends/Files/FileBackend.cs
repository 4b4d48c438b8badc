// SPDX-License-Identifier: Apache-2.0
using System.Collections.Frozen;
using System.Globalization;
using Dragonfly.Core.Failures;
using Dragonfly.Core.Pieces;
using Microsoft.Extensions.Logging;

namespace Dragonfly.Backends.Files;

/// <summary>
/// Files of this machine (<c>file:///path</c>), for content on a shared mount. Only files below the configured folders, links resolved, are read.
/// Size and modification time make the generation. Thread safe.
/// </summary>
/// <param name="options">Which folders.</param>
/// <param name="logger">The log.</param>
public sealed partial class FileBackend(FileBackendOptions options, ILogger<FileBackend> logger) : IBackend
{
    private const int NoBuffer = 0;
    private readonly ILogger _logger = logger;

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Schemes { get; } = ["file"];

    /// <inheritdoc/>
    public Task<Result<OriginResponse>> OpenAsync(OriginRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return Task.FromResult(Open(request));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            var kind = error is UnauthorizedAccessException ? FailureKind.Denied : FailureKind.Unavailable;
            return Task.FromResult<Result<OriginResponse>>(Failed(kind, $"{SafeUrl.Of(request.Url)} cannot be read: {error.Message}"));
        }
    }

    private static Failure Failed(FailureKind kind, string detail) => new(kind, FailureSource.Origin, detail);

    private Result<OriginResponse> Open(OriginRequest request)
    {
        if (!request.Url.IsFile || request.Url.Host.Length > 0)
        {
            return new Failure(FailureKind.Invalid, FailureSource.Caller, "A file URL names a path on this machine: file:///path.");
        }

        var path = RealPath(request.Url.LocalPath);
        if (!options.Folders.Any(folder => IsBelow(path, RealPath(folder))))
        {
            LogDenied(path);
            return Failed(FailureKind.Denied, $"{SafeUrl.Of(request.Url)} is not below a folder that file URLs may read. Add its folder to backend.fileFolders of this daemon.");
        }

        if (!File.Exists(path))
        {
            return Failed(FailureKind.NotFound, $"{SafeUrl.Of(request.Url)} does not exist, or is not a file. Check the path on the machine that downloads.");
        }

        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, NoBuffer, FileOptions.Asynchronous);
        var response = Describe(request, stream);
        if (!response.IsSuccess || response.Value.NotModified)
        {
            stream.Dispose();
        }

        return response;
    }

    private static Result<OriginResponse> Describe(OriginRequest request, FileStream stream)
    {
        var length = stream.Length;
        var modified = File.GetLastWriteTimeUtc(stream.SafeFileHandle);
        var etag = string.Create(CultureInfo.InvariantCulture, $"\"{modified.Ticks:x}-{length:x}\"");
        var headers = new Dictionary<string, string>
        {
            ["content-length"] = length.ToString(CultureInfo.InvariantCulture),
            ["etag"] = etag,
            ["last-modified"] = modified.ToString("R", CultureInfo.InvariantCulture),
        };
        if (request.Generation?.ETag is { } then && then != etag && !request.Revalidate)
        {
            return Failed(FailureKind.Corrupt, $"{SafeUrl.Of(request.Url)}: the file changed during the download. The download has to begin again.");
        }

        if (request.Range is { } asked && asked.Start >= length && length > 0)
        {
            return Failed(FailureKind.Rejected, $"{SafeUrl.Of(request.Url)} has {length} bytes; {asked} lies behind its end.");
        }

        var range = request.Range is { } wanted ? (wanted.Start, Length: Math.Min(wanted.End, length) - wanted.Start) : (Start: 0L, Length: length);
        var isNotModified = request.Revalidate && request.Generation?.ETag == etag;
        stream.Position = length == 0 ? 0 : range.Start;
        return new OriginResponse(isNotModified ? Stream.Null : new FilePart(stream, length == 0 ? 0 : range.Length))
        {
            Range = length == 0 ? (0, 0) : range,
            TotalLength = length,
            IsPartial = request.Range is not null && length > 0,
            NotModified = isNotModified,
            ETag = etag,
            LastModified = headers["last-modified"],
            Headers = headers.ToFrozenDictionary(),
        };
    }

    private static bool IsBelow(string path, string folder) =>
        path.StartsWith(folder.EndsWith('/') ? folder : folder + "/", StringComparison.Ordinal);

    // Every link of the path is resolved, so that none leads out of the allowed folders.
    private static string RealPath(string path)
    {
        var real = "/";
        foreach (var segment in Path.GetFullPath(path).Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var next = Path.Combine(real, segment);
            var target = new FileInfo(next) is { LinkTarget: not null } link ? link.ResolveLinkTarget(returnFinalTarget: true)?.FullName : null;
            real = target is null ? next : target == next ? next : RealPath(target);
        }

        return real;
    }
}
