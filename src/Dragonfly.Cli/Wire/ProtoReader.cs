// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace Dragonfly.Cli.Wire;

/// <summary>Reads the fields of one protobuf message; unknown fields are skipped by not looking at them.</summary>
internal ref struct ProtoReader(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _rest = message;
    private ulong _number;
    private ReadOnlySpan<byte> _bytes;

    /// <summary>The number of the field that <see cref="Next"/> found.</summary>
    public int Field { get; private set; }

    /// <summary>The field as bytes: a string, a message or bytes.</summary>
    public readonly ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>The field as text.</summary>
    public readonly string Text => Encoding.UTF8.GetString(_bytes);

    /// <summary>The field as a number.</summary>
    public readonly ulong Number => _number;

    /// <summary>The field as a truth.</summary>
    public readonly bool Flag => _number != 0;

    /// <summary>Steps to the next field.</summary>
    /// <returns>False at the end of the message.</returns>
    /// <exception cref="InvalidDataException">The message is malformed.</exception>
    public bool Next()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        ulong tag = Varint();
        Field = (int)(tag >> 3);
        _number = 0;
        _bytes = default;
        switch (tag & 7)
        {
            case 0:
                _number = Varint();
                break;
            case 1:
                Take(8);
                break;
            case 2:
                _bytes = Take(Varint());
                break;
            case 5:
                Take(4);
                break;
            default:
                throw new InvalidDataException($"the daemon's message has a field of the unknown kind {tag & 7}");
        }

        return true;
    }

    private ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)_rest.Length)
        {
            throw new InvalidDataException("the daemon's message is cut short");
        }

        ReadOnlySpan<byte> taken = _rest[..(int)count];
        _rest = _rest[(int)count..];
        return taken;
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (int place = 0; place < _rest.Length && place < 10; place++)
        {
            value |= (ulong)(_rest[place] & 0x7F) << (7 * place);
            if (_rest[place] < 0x80)
            {
                _rest = _rest[(place + 1)..];
                return value;
            }
        }

        throw new InvalidDataException("the daemon's message has a malformed number");
    }
}
