// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using Dragonfly.Core.Failures;
using Dragonfly.Protocol.Dfdaemon.V2;

using Xunit;

namespace Dragonfly.Testing.Clusters;

/// <summary>What came of one download.</summary>
/// <param name="Request">What was asked.</param>
/// <param name="Messages">All answers.</param>
/// <param name="Failure">How it ended; null in success.</param>
/// <param name="Took">How long it took.</param>
public sealed record TestDownload(Wire.Download Request, IReadOnlyList<DownloadTaskResponse> Messages, Failure? Failure, TimeSpan Took)
{
    /// <summary>The last started message.</summary>
    public DownloadTaskStartedResponse? Started => Messages.LastOrDefault(message => message.DownloadTaskStartedResponse is not null)?.DownloadTaskStartedResponse;

    /// <summary>The pieces, in order of completion.</summary>
    public IReadOnlyList<Wire.Piece> Pieces =>
        [.. Messages.Where(message => message.DownloadPieceFinishedResponse is not null).Select(message => message.DownloadPieceFinishedResponse.Piece)];

    /// <summary>The hash of the output.</summary>
    public string Sha256
    {
        get
        {
            Assert.Null(Failure);
            using var file = File.OpenRead(Request.OutputPath);
            return Convert.ToHexStringLower(SHA256.HashData(file));
        }
    }

    /// <summary>Bytes that came from somewhere.</summary>
    /// <param name="source">Where.</param>
    /// <returns>How many.</returns>
    public long BytesFrom(Wire.TrafficType source) => Pieces.Where(piece => piece.TrafficType == source).Sum(piece => (long)piece.Length);
}
