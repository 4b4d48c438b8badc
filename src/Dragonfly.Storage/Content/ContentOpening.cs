// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Storage.Content;

/// <summary>One open file and how many share it. Thread safe.</summary>
/// <param name="stream">The file; closed with the last share.</param>
internal sealed class ContentOpening(FileStream stream)
{
    private int _shares = 1;

    internal FileStream Stream => stream;

    internal bool IsOpen => Volatile.Read(ref _shares) > 0;

    /// <summary>Takes a share unless the file is closed already.</summary>
    internal bool TryShare()
    {
        while (true)
        {
            var shares = Volatile.Read(ref _shares);
            if (shares == 0)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref _shares, shares + 1, shares) == shares)
            {
                return true;
            }
        }
    }

    internal void Release()
    {
        if (Interlocked.Decrement(ref _shares) == 0)
        {
            stream.Dispose();
        }
    }
}
