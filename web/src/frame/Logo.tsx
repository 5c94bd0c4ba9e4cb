/** A cell's outline around a lobed nucleus. */
export function Logo() {
  return (
    <svg viewBox="0 0 32 32" width="26" height="26" aria-hidden="true" fill="none">
      <path
        d="M16 3.500c7 0 12.500 5 12.500 12S23.300 28.500 16.200 28.500 3.500 23.300 3.500 16.200 9 3.500 16 3.500Z"
        stroke="currentColor"
        strokeWidth="2.400"
      />
      <path
        d="M11.600 10.600c2.400-2 5.500-.7 5.600 1.800.1 2.100 1.700 2.400 3.200 3.500 2.400 1.500 1.900 5.100-.8 5.900-2.500.7-3.700-1.500-5.600-2.100-4.300-1.300-5.600-6.400-2.400-9.100Z"
        fill="currentColor"
      />
    </svg>
  );
}
