// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using System.Text;

namespace Grpc.Core;

public sealed partial class Metadata
{
    private static readonly SearchValues<char> KeyCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_.");

    /// <summary>One name and its value.</summary>
    public class Entry
    {
        private readonly string? _value;
        private readonly byte[]? _bytes;

        /// <summary>Makes an entry with text.</summary>
        public Entry(string key, string value)
        {
            ArgumentNullException.ThrowIfNull(value);
            Key = Normalize(key);
            if (IsBinary)
            {
                throw new ArgumentException($"The header {Key} holds bytes: its name ends in -bin.", nameof(key));
            }

            _value = value;
        }

        /// <summary>Makes an entry with bytes.</summary>
        public Entry(string key, byte[] valueBytes)
        {
            ArgumentNullException.ThrowIfNull(valueBytes);
            Key = Normalize(key);
            if (!IsBinary)
            {
                throw new ArgumentException($"The header {Key} holds text: its name does not end in -bin.", nameof(key));
            }

            _bytes = valueBytes;
        }

        /// <summary>Name in lower case.</summary>
        public string Key { get; }

        /// <summary>Whether the value is bytes.</summary>
        public bool IsBinary => Key.EndsWith(BinaryHeaderSuffix, StringComparison.Ordinal);

        /// <summary>The text; <see cref="InvalidOperationException"/> for a binary entry.</summary>
        public string Value => _value ?? throw new InvalidOperationException($"The header {Key} holds bytes.");

        /// <summary>The bytes, or the text in ASCII.</summary>
        public byte[] ValueBytes => _bytes ?? Encoding.ASCII.GetBytes(_value!);

        /// <inheritdoc/>
        public override string ToString() =>
            IsBinary ? $"[Entry: key={Key}, {_bytes!.Length} bytes]" : $"[Entry: key={Key}, value={_value}]";

        private static string Normalize(string key)
        {
            ArgumentException.ThrowIfNullOrEmpty(key);
            var lower = key.AsSpan().ContainsAnyInRange('A', 'Z') ? key.ToLowerInvariant() : key;
            if (lower.AsSpan().ContainsAnyExcept(KeyCharacters))
            {
                throw new ArgumentException($"'{key}' is not a header name: only a-z, 0-9, '-', '_' and '.' may appear.", nameof(key));
            }

            return lower;
        }
    }
}
