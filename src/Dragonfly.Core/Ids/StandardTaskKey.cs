// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Core.Ids;

/// <summary>What a standard task's id is made of. Digest, range, headers and priority take no part. Immutable.</summary>
/// <param name="Url">The URL as asked for.</param>
public sealed record StandardTaskKey(string Url)
{
    /// <summary>A name that sets tasks of one URL apart; absent and empty are the same.</summary>
    public string? Tag { get; init; }

    /// <summary>The application; absent and empty are the same.</summary>
    public string? Application { get; init; }

    /// <summary>The revision of a model hub; absent and empty are the same.</summary>
    public string? Revision { get; init; }

    /// <summary>Bytes of a piece, only if the request set it.</summary>
    public long? PieceLength { get; init; }

    /// <summary>Names of query parameters that do not take part; an empty list filters nothing.</summary>
    public IReadOnlyCollection<string> FilteredQueryParams { get; init; } = [];

    /// <summary>A text that names the content instead of the URL; null when not given.</summary>
    public string? ContentForCalculatingTaskId { get; init; }

    /// <summary>Whether blobs of OCI registries are named by their digest, so that one blob of two registries is one task.</summary>
    public bool IsTaskIdBasedOnBlobDigest { get; init; }
}
