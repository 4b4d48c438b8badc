// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Dragonfly.Core.Digests;
using Dragonfly.Core.Failures;
using Dragonfly.Core.Urls;

namespace Dragonfly.Core.Ids;

/// <summary>How task ids are made, byte for byte as the original makes them (interop/PROTOCOL.md §4.2–4.5), so that mixed clusters share tasks. Pure.</summary>
public static partial class TaskIdRules
{
    /// <summary>Names a standard task: by the given content text, else by the blob's digest where asked, else by URL, tag, application, revision and piece length.</summary>
    /// <param name="key">What the id is made of.</param>
    /// <returns>The id, or a failure of kind Invalid that blames the caller.</returns>
    public static Result<TaskId> OfStandard(StandardTaskKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key.ContentForCalculatingTaskId is { } content)
        {
            return OfContent(content);
        }

        if (key.IsTaskIdBasedOnBlobDigest && BlobUrl().Match(key.Url) is { Success: true } blob)
        {
            return OfBlobDigest(blob.Groups["digest"].Value);
        }

        if (!WebUrl.TryParse(key.Url, out var url))
        {
            return Invalid($"'{WithoutQuery(key.Url)}' is not a URL. Give an absolute one, for example https://host/path.");
        }

        return OfText(string.Concat(
        [
            CanonicalUrl.Of(url, key.FilteredQueryParams),
            key.Tag,
            key.Application,
            key.Revision,
            key.PieceLength?.ToString(CultureInfo.InvariantCulture),
            "STANDARD",
        ]));
    }

    /// <summary>Names a task by a text that the caller chose.</summary>
    /// <param name="content">The text.</param>
    /// <returns>The id.</returns>
    public static TaskId OfContent(string content) => OfText(content);

    /// <summary>Names a persistent task (content of an object store).</summary>
    /// <param name="url">The object's URL, taken as it is.</param>
    /// <param name="region">The store's region; must be given.</param>
    /// <param name="endpoint">The store's endpoint; must be given.</param>
    /// <returns>The id, or a failure of kind Invalid that blames the caller.</returns>
    public static Result<TaskId> OfPersistent(string url, string? region, string? endpoint) =>
        region is null ? Invalid("A persistent task needs the region of its object store.")
        : endpoint is null ? Invalid("A persistent task needs the endpoint of its object store.")
        : OfText(string.Concat(url, region, endpoint, "PERSISTENT"));

    /// <summary>Names a persistent cache task (a user's file) by its bytes.</summary>
    /// <param name="file">The file, read to its end.</param>
    /// <param name="tag">A tag; absent and empty are the same.</param>
    /// <param name="application">The application; absent and empty are the same.</param>
    /// <param name="pieceLength">Bytes of a piece, only if the request set it.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The id.</returns>
    public static async Task<TaskId> OfPersistentCacheAsync(
        Stream file, string? tag, string? application, long? pieceLength, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[256 << 10];
        for (int read; (read = await file.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            hash.AppendData(buffer, 0, read);
        }

        hash.AppendData(Encoding.UTF8.GetBytes(
            string.Concat(tag, application, pieceLength?.ToString(CultureInfo.InvariantCulture), "PERSISTENT_CACHE")));
        return TaskId.Parse(Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    // Only SHA-256 gives an id: the piece transport carries exactly 64 characters, so a sha512 blob cannot be named so.
    private static Result<TaskId> OfBlobDigest(string text) =>
        ContentDigest.TryParse(text, out var digest) && TaskId.TryParse(digest.Encoded, out var id)
            ? id
            : Invalid($"The blob digest '{text}' gives no task id: only sha256 digests do. Turn off the naming by blob digest for this URL.");

    private static TaskId OfText(string text) => TaskId.Parse(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))));

    private static Failure Invalid(string detail) => new(FailureKind.Invalid, FailureSource.Caller, detail);

    private static string WithoutQuery(string url) => url.IndexOf('?', StringComparison.Ordinal) is >= 0 and var mark ? url[..mark] : url;

    [GeneratedRegex("^(.*)://(.*)/v2/(.*)/blobs/(?<digest>[^?]+)(?:\\?.*)?$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex BlobUrl();
}
