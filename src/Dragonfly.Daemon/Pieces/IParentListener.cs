// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Dragonfly.Core.Failures;
using Dragonfly.Core.Ids;
using Dragonfly.Core.Pieces;

namespace Dragonfly.Daemon.Pieces;

/// <summary>Hears what a parent has.</summary>
internal interface IParentListener
{
    /// <summary>The parent answered.</summary>
    /// <param name="parent">The parent.</param>
    /// <param name="generation">Its generation; null when it is a stock parent, which tells none.</param>
    /// <param name="age">How long ago its copy was known to be the origin's; null when unknown.</param>
    /// <param name="keepAlive">It takes many requests on one piece connection.</param>
    /// <returns>When taken.</returns>
    ValueTask OnParentOpenedAsync(ParentState parent, ContentGeneration? generation, TimeSpan? age, bool keepAlive);

    /// <summary>The parent has a piece.</summary>
    /// <param name="parent">The parent.</param>
    /// <param name="number">The piece.</param>
    /// <param name="range">Where it lies.</param>
    /// <param name="endpoint">Where it serves it.</param>
    /// <returns>When taken.</returns>
    ValueTask OnParentHasAsync(ParentState parent, PieceNumber number, ByteRange range, IPEndPoint endpoint);

    /// <summary>The parent will tell of no more pieces.</summary>
    /// <param name="parent">The parent.</param>
    /// <param name="failure">Null when it told all.</param>
    /// <param name="contentLength">The length that it learnt, for a growing task.</param>
    /// <returns>When taken.</returns>
    ValueTask OnParentClosedAsync(ParentState parent, Failure? failure, long? contentLength);
}
