// Huge pages for the heap. A turn touches rows, indexes and messages all over some ten megabytes: with pages of
// 4 KiB much of its time goes into finding out where they lie, and a batch's buffers into the system's handing
// out and clearing of pages. So mimalloc gets one large piece of address space to begin with, of which the
// system is asked to make huge pages when they are first touched. What was touched stays with the process;
// what does not fit comes from the system as ever.
#include "apps/florind/heap.hpp"

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>

#ifdef FLORIN_MIMALLOC
#include <mimalloc.h>
#endif

namespace florin {

void prefer_huge_pages() {
#ifdef FLORIN_MIMALLOC
  constexpr std::size_t bytes = std::size_t{1} << 30;
  constexpr std::size_t alignment = std::size_t{64} << 20;  // at least that of mimalloc's segments
  void* const mapped = ::mmap(nullptr, bytes + alignment, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapped == MAP_FAILED) return;
  const auto from = reinterpret_cast<std::uintptr_t>(mapped);
  const std::size_t skipped = (alignment - from % alignment) % alignment;
  char* const aligned = static_cast<char*>(mapped) + skipped;
  (void)::madvise(aligned, bytes, MADV_HUGEPAGE);
  constexpr bool is_committed = true, stays = true, is_zero = true;
  (void)mi_manage_os_memory(aligned, bytes, is_committed, stays, is_zero, -1);
#endif
}

}  // namespace florin
