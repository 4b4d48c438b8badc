// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Cli.Wire;

namespace Dragonfly.Cli.Get;

/// <summary>Takes the bytes of a download that come over the socket.</summary>
internal interface IContentSink : IDisposable
{
    /// <summary>
    /// The length is known, or 0 when nobody knows it yet; it is then told by a second call, when pieces were written already.
    /// </summary>
    void Begin(ulong contentLength);

    /// <summary>Takes one piece; pieces come in any order, each once.</summary>
    void Write(PieceArrival piece);

    /// <summary>All pieces came: checks and publishes the content. Disposing without it throws everything away.</summary>
    void Complete();
}
