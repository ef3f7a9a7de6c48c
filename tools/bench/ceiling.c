/* The least that counting conversations can cost on this machine: read a pcap, walk Ethernet, VLAN, IP and ports, count both directions of each
   5-tuple in an open-addressing table of 64-octet entries. Recognises nothing, keeps nothing, trusts its input's byte order. */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { Room = 256 * 1024, Batch = 32 };

typedef struct { uint64_t low[2], high[2]; uint32_t ports, protocol; uint32_t packets[2]; uint64_t octets; } Entry;

static Entry *table;
static size_t places = 1 << 16, used;

static uint64_t word64(const uint8_t *at) { uint64_t value; memcpy(&value, at, 8); return value; }
static uint32_t word32(const uint8_t *at) { uint32_t value; memcpy(&value, at, 4); return value; }
static uint16_t net16(const uint8_t *at) { return (uint16_t)(at[0] << 8 | at[1]); }

static uint64_t fold(uint64_t left, uint64_t right)
{
    unsigned __int128 product = (unsigned __int128)(left ^ 0x9E3779B97F4A7C15ull) * (right ^ 0xD6E8FEB86659FD93ull);
    return (uint64_t)(product >> 64) ^ (uint64_t)product;
}

static uint64_t hash(const Entry *key)
{
    return fold(fold(key->low[0], key->low[1]) ^ key->high[0], fold(key->high[1], (uint64_t)key->ports << 32 | key->protocol));
}

static Entry *find(const Entry *key, uint64_t code)
{
    for (size_t place = code & (places - 1);; place = (place + 1) & (places - 1))
    {
        Entry *entry = table + place;
        if (!entry->protocol) return entry;
        if (!memcmp(entry, key, 40)) return entry;
    }
}

static void grow(void)
{
    Entry *old = table;
    size_t count = places;
    places *= 2;
    table = calloc(places, sizeof(Entry));
    for (size_t place = 0; place < count; place++) if (old[place].protocol) *find(old + place, hash(old + place)) = old[place];
    free(old);
}

/* Fills key; returns 0 for what has no IP, else 1 + whether the sender is the lower end. */
static int parse(const uint8_t *at, uint32_t length, Entry *key)
{
    memset(key, 0, 40);
    if (length < 34) return 0;
    const uint8_t *end = at + length;
    uint16_t type = net16(at + 12);
    at += 14;
    if (type == 0x8100) { type = net16(at + 2); at += 4; }
    uint64_t source[2] = {0, 0}, target[2] = {0, 0};
    if (type == 0x0800 && end - at >= 20)
    {
        source[0] = word32(at + 12); target[0] = word32(at + 16);
        key->protocol = at[9] | 0x400;
        at += (at[0] & 15) * 4;
    }
    else if (type == 0x86DD && end - at >= 40)
    {
        source[0] = word64(at + 8); source[1] = word64(at + 16); target[0] = word64(at + 24); target[1] = word64(at + 32);
        key->protocol = at[6] | 0x600;
        at += 40;
    }
    else return 0;
    uint16_t from = 0, to = 0;
    uint8_t transport = (uint8_t)key->protocol;
    if ((transport == 6 || transport == 17) && end - at >= 4) { from = net16(at); to = net16(at + 2); }
    int low = source[0] != target[0] ? source[0] < target[0] : source[1] != target[1] ? source[1] < target[1] : from < to;
    memcpy(key->low, low ? source : target, 16);
    memcpy(key->high, low ? target : source, 16);
    key->ports = low ? (uint32_t)from << 16 | to : (uint32_t)to << 16 | from;
    return 1 + low;
}

int main(int count, char **words)
{
    static uint8_t buffer[2 * Room];
    static Entry keys[Batch];
    static uint64_t codes[Batch];
    static int sides[Batch];
    static uint32_t lengths[Batch];
    int file = count > 1 ? open(words[1], O_RDONLY) : -1;
    if (file < 0 || read(file, buffer, 24) != 24) return 1;
    table = calloc(places, sizeof(Entry));
    size_t held = 0, packets = 0;
    for (ssize_t got; (got = read(file, buffer + held, Room)) > 0;)
    {
        held += (size_t)got;
        size_t at = 0;
        for (int full = 1; full;)
        {
            int filled = 0;
            for (; filled < Batch; filled++)
            {
                if (held - at < 16) { full = 0; break; }
                uint32_t captured = word32(buffer + at + 8);
                if (held - at - 16 < captured) { full = 0; break; }
                lengths[filled] = word32(buffer + at + 12);
                sides[filled] = parse(buffer + at + 16, captured, keys + filled);
                codes[filled] = hash(keys + filled);
                __builtin_prefetch(table + (codes[filled] & (places - 1)));
                at += 16 + captured;
            }

            for (int index = 0; index < filled; index++)
            {
                packets++;
                if (!sides[index]) continue;
                if (used * 10 > places * 6) grow();
                Entry *entry = find(keys + index, codes[index]);
                if (!entry->protocol) { memcpy(entry, keys + index, 40); used++; }
                entry->packets[sides[index] - 1]++;
                entry->octets += lengths[index];
            }
        }

        memmove(buffer, buffer + at, held - at);
        held -= at;
    }

    printf("%zu packets, %zu conversations\n", packets, used);
    return 0;
}
