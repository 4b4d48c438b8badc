// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Cli.Wire;

namespace Dragonfly.Cli.Get;

/// <summary>Shows the user, or a program, what happens.</summary>
internal interface IDownloadReporter
{
    /// <summary>How often <see cref="Tick"/> wants to be called; infinite when never.</summary>
    TimeSpan TickInterval { get; }

    /// <summary>The length and the pieces of a download are known.</summary>
    void Started(Download download, StartedTask task);

    /// <summary>A piece arrived.</summary>
    void Piece(Download download, PieceArrival piece);

    /// <summary>Time passed.</summary>
    void Tick(IReadOnlyList<Download> active);

    /// <summary>A download ended.</summary>
    void Finished(DownloadResult result);

    /// <summary>Everything ended.</summary>
    void Close();
}
