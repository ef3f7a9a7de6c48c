/* Sends the first frames of a pcap from an interface of a namespace made for it, evenly at a rate: send INTERFACE FILE RATE FRAMES.
   Prints how many it sent and in how many microseconds. Frames that the kernel takes none of are tried again, so what is printed was sent. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { Batch = 32, FileHeader = 24, RecordHeader = 16 };

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void wait_until(double moment)
{
    struct timespec time = { .tv_sec = (time_t)moment, .tv_nsec = (long)((moment - (double)(time_t)moment) * 1e9) };
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL);
}

int main(int count, char **words)
{
    if (count != 5) return 2;
    int file = open(words[2], O_RDONLY);
    struct stat state;
    if (file < 0 || fstat(file, &state) < 0) return 1;
    uint8_t *octets = mmap(NULL, (size_t)state.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file, 0);
    int out = socket(AF_PACKET, SOCK_RAW, 0);           /* protocol 0: it receives nothing */
    struct sockaddr_ll place = { .sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex(words[1]), .sll_protocol = htons(ETH_P_ALL) };
    if (octets == MAP_FAILED || out < 0 || place.sll_ifindex == 0) return 1;
    int on = 1;
    setsockopt(out, SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof on);
    place.sll_protocol = 0;
    if (bind(out, (struct sockaddr *)&place, sizeof place) < 0) return 1;

    double rate = atof(words[3]);
    long wanted = atol(words[4]), sent = 0;
    struct mmsghdr messages[Batch];
    struct iovec parts[Batch];
    memset(messages, 0, sizeof messages);
    for (int index = 0; index < Batch; index++) messages[index].msg_hdr = (struct msghdr) { .msg_iov = parts + index, .msg_iovlen = 1 };

    off_t at = FileHeader;
    double begin = now();
    while (sent < wanted && at + RecordHeader <= state.st_size)
    {
        int filled = 0;
        for (; filled < Batch && sent + filled < wanted && at + RecordHeader <= state.st_size; filled++)
        {
            uint32_t length;
            memcpy(&length, octets + at + 8, sizeof length);
            parts[filled] = (struct iovec) { .iov_base = octets + at + RecordHeader, .iov_len = length };
            at += RecordHeader + length;
        }

        double due = begin + (double)sent / rate;
        if (due > now()) wait_until(due);
        for (int done = 0; done < filled;)
        {
            int taken = sendmmsg(out, messages + done, (unsigned)(filled - done), 0);
            if (taken > 0) done += taken;
            else if (errno != ENOBUFS && errno != EAGAIN && errno != EINTR) { perror("send"); return 1; }
        }

        sent += filled;
    }

    printf("%ld %.0f\n", sent, (now() - begin) * 1e6);
    return 0;
}
