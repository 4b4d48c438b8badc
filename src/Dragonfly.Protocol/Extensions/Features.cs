// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using Grpc.Core;

namespace Dragonfly.Protocol.Extensions;

/// <summary>The negotiated extensions: their header names, the names of the features, and how a side reads what the other
/// offers. A stock component neither sends nor reads any of it.</summary>
public static class Features
{
    /// <summary>Request and response header: a comma list of features that the sender understands.</summary>
    public const string Header = "dragonfly-features";

    /// <summary>Request header of SyncPieces, value <c>1</c>: all pieces of a growing task are wanted.</summary>
    public const string FollowHeader = "dragonfly-follow";

    /// <summary>Response header of SyncPieces: the protobuf of <see cref="Ext.V1.Generation"/>.</summary>
    public const string GenerationHeader = "dragonfly-generation-bin";

    /// <summary>Trailer of a followed SyncPieces: the content length, once the task is complete.</summary>
    public const string ContentLengthTrailer = "dragonfly-content-length";

    /// <summary>Trailer of a refused AnnouncePeer: it is not that the scheduler cannot help, and the client must not go on as if there were none. Its values follow.</summary>
    public const string VerdictTrailer = "dragonfly-verdict";

    /// <summary>Value of <see cref="VerdictTrailer"/>: the priority of the download forbids it (or, with NOT_FOUND, its origin).</summary>
    public const string PriorityVerdict = "1";

    /// <summary>Value of <see cref="VerdictTrailer"/>: as many as may are at the origin now; register again after a while.</summary>
    public const string LimitVerdict = "limit";

    /// <summary>Request header of AnnounceHost: an id of the daemon's present run. When it is another than before, the host's peers of the former run are gone.</summary>
    public const string RunHeader = "dragonfly-run";

    /// <summary>The scheduler takes a register without a content length and waits for the seed's.</summary>
    public const string LengthlessRegister = "lengthless-register";

    /// <summary>The peer takes a NormalTaskResponse at any time, also one that it did not ask for: its parents are gone and these take their place.</summary>
    public const string PushParents = "push-parents";

    /// <summary>The peer of this AnnouncePeer keeps no piece that it brings (its store has no room): nobody should be given it as a parent.</summary>
    public const string StoresNothing = "stores-nothing";

    /// <summary>The parent takes many requests on one piece connection.</summary>
    public const string VortexKeepAlive = "vortex-keepalive";

    /// <summary>The parent pushes every piece of a growing task as it finishes.</summary>
    public const string Follow = "follow";

    /// <summary>
    /// The caller of DownloadTask takes a content whose length nobody knows yet as it comes: a started response without length and pieces, the pieces that finish, and a second
    /// started response with everything when the end has come. To others all of it is told at the end.
    /// </summary>
    public const string Growing = "growing";

    private static readonly SearchValues<char> Separators = SearchValues.Create(", ");

    /// <summary>Adds the header that offers features.</summary>
    public static void Offer(Metadata headers, params ReadOnlySpan<string> features)
    {
        ArgumentNullException.ThrowIfNull(headers);
        headers.Add(Header, string.Join(',', features!));
    }

    /// <summary>Whether the other side offers a feature.</summary>
    public static bool Has(Metadata? headers, string feature) => Contains(headers?.GetValue(Header), feature);

    /// <summary>Whether a value of the header names a feature.</summary>
    /// <param name="list">The header's value; null when it was not sent.</param>
    /// <param name="feature">One of the names above.</param>
    public static bool Contains(string? list, string feature)
    {
        if (list is null)
        {
            return false;
        }

        foreach (var part in list.AsSpan().SplitAny(Separators))
        {
            if (list.AsSpan(part).SequenceEqual(feature))
            {
                return true;
            }
        }

        return false;
    }
}
