// The memory that florind's allocator works in.
#pragma once

namespace florin {

// Call first in main(). Never fails: without huge pages or without mimalloc everything is as it was.
void prefer_huge_pages();

}  // namespace florin
